// SPDX-License-Identifier: GPL-3.0-or-later
// LabView: the lenses and their legend, and the prefix of the Routes lens. GUI thread.
#include "lab_view_private.h"

#include <utility>

namespace podleaf::ui {

void LabView::setLens(Lens lens, bool on) {
    d->scene.edit().lenses[static_cast<std::size_t>(lens)] = on;
    if (lens == Lens::Routes && d->scene.routes() != nullptr) {
        d->scene.routes()->refresh();
    }
    if ((lens == Lens::Traffic || lens == Lens::Routes) && d->fitted && isVisible()) {
        d->fitNow();
    }
    d->updateLegend();
    d->repaint();
}

bool LabView::lens(Lens lens) const {
    return d->scene.context().shows(lens);
}

void LabView::setActiveLens(Lens lens) {
    d->scene.edit().activeLens = lens;
    d->updateLegend();
}

void LabView::setFadeAfter(std::chrono::milliseconds time) {
    d->scene.edit().nowMs = d->clock();
    d->scene.edit().fadeMs = time.count();
    d->updateLegend();
    d->repaint();
}

void LabView::setPartial(const QString& why) {
    d->legend->setPartial(why);
    d->legendButton->setPartial(why);
    d->placeOverlays();
}

void LabView::setIntent(std::shared_ptr<const intent::Intent> intent) {
    if (d->scene.routes() != nullptr) {
        d->scene.routes()->setIntent(std::move(intent));
        d->updateLegend();
        d->repaint();
    }
}

void LabView::setPrefix(const std::optional<Ipv4Prefix>& prefix) {
    if (d->scene.routes() != nullptr) {
        d->scene.routes()->choose(prefix);
        d->updateLegend();
        d->repaint();
    }
}

std::optional<Ipv4Prefix> LabView::prefix() const {
    return d->scene.routes() == nullptr ? std::nullopt : d->scene.routes()->chosen();
}

RoutePicture LabView::routePicture() const {
    return d->scene.routes() == nullptr ? RoutePicture() : d->scene.routes()->picture();
}

/// Of all that is on the canvas now; placed anew only where that is another one.
void LabView::Private::updateLegend() {
    const CanvasContext& context = scene.context();
    QString hint;
    if (context.activeLens == Lens::Routes && context.shows(Lens::Routes)) {
        const auto chosen = q->prefix();
        hint = chosen ? LabView::tr("To %1").arg(chosen->toString()) : LabView::tr("Select a node, a route or search for a prefix.");
    }
    if (legend->show(scene.legend(), hint)) {
        placeOverlays();
    }
}

void LabView::Private::choosePrefixOf(const Selection& item) {
    NodeId owner;
    if (const auto* node = std::get_if<NodeId>(&item)) {
        owner = *node;
    } else if (const auto* pod = std::get_if<PodRef>(&item)) {
        for (const model::Pod& each : scene.context().lab.pods()) {
            owner = each.name == pod->name ? each.host : owner;
        }
    }
    const model::Node* found = scene.context().lab.findNode(owner);
    if (found != nullptr && prefixOf(*found)) {
        q->setPrefix(prefixOf(*found));
    }
}

} // namespace podleaf::ui
