// SPDX-License-Identifier: GPL-3.0-or-later
// LabView: asking for a trace by its two ends, and saying what came of it. GUI thread.
#include "lab_view_private.h"

namespace podleaf::ui {

QString LabView::Private::traceNameOf(const Selection& item) const {
    if (const auto* node = std::get_if<NodeId>(&item)) {
        return node->name;
    }
    const auto* pod = std::get_if<PodRef>(&item);
    return pod == nullptr ? QString() : pod->name;
}

void LabView::Private::traceAt(const QString& name) {
    if (name.isEmpty() || !isRunning()) {
        return;
    }
    if (traceFrom.isEmpty() || traceFrom == name) {
        q->setTrace(std::nullopt);
        traceFrom = name;
        note->say(Glyph::None, tr("Trace from %1: click the other end, or press T on it.").arg(name));
        placeOverlays();
        return;
    }
    const QString from = std::exchange(traceFrom, QString());
    note->say(Glyph::Wait, tr("Tracing from %1 to %2.").arg(from, name));
    placeOverlays();
    Q_EMIT q->traceRequested(from, name);
}

void LabView::Private::endTrace() {
    traceFrom.clear();
    q->setTrace(std::nullopt);
}

void LabView::setTrace(const std::optional<verify::Trace>& trace) {
    if (d->scene.trace() == nullptr) {
        return;
    }
    d->scene.trace()->show(trace);
    const Glyph glyph = !trace ? Glyph::None : !trace->ok() ? Glyph::Bad : trace->asIntended() ? Glyph::Ok : Glyph::Warn;
    d->note->say(glyph, trace ? traceWords(*trace) : QString());
    d->updateLegend();
    d->placeOverlays();
    d->repaint();
}

QString LabView::note() const {
    return d->note->sentence();
}

} // namespace podleaf::ui
