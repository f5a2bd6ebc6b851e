// SPDX-License-Identifier: GPL-3.0-or-later
// LabView: the menus of nodes, pods and cables: looking inside, tracing, and every way to break and mend. GUI thread.
#include "impair_dialog.h"
#include "lab_view_private.h"

#include <QMenu>

#include <algorithm>

namespace podleaf::ui {

namespace {

using session::NodeVerb;

struct VerbWord {
    NodeVerb verb;
    const char* word;
    const char* toolTip;
};
const VerbWord kVerbs[] = {
    {NodeVerb::Stop, QT_TRANSLATE_NOOP("podleaf::ui::LabView", "Stop"), QT_TRANSLATE_NOOP("podleaf::ui::LabView", "Ends %1 in order.")},
    {NodeVerb::Start, QT_TRANSLATE_NOOP("podleaf::ui::LabView", "Start"),
     QT_TRANSLATE_NOOP("podleaf::ui::LabView", "Brings back what is missing of %1.")},
    {NodeVerb::Kill, QT_TRANSLATE_NOOP("podleaf::ui::LabView", "Kill"),
     QT_TRANSLATE_NOOP("podleaf::ui::LabView", "Ends %1 at once, as when a machine loses power.")},
    {NodeVerb::Pause, QT_TRANSLATE_NOOP("podleaf::ui::LabView", "Pause"),
     QT_TRANSLATE_NOOP("podleaf::ui::LabView", "Makes %1 hang: it lives, but does nothing.")},
    {NodeVerb::Continue, QT_TRANSLATE_NOOP("podleaf::ui::LabView", "Continue"),
     QT_TRANSLATE_NOOP("podleaf::ui::LabView", "Lets %1 go on after a pause.")},
};

/// What can be done to something that runs, hangs or is gone.
bool canDo(NodeVerb verb, bool running, bool paused) {
    switch (verb) {
    case NodeVerb::Start:
        return !running;
    case NodeVerb::Continue:
        return paused;
    case NodeVerb::Pause:
        return running && !paused;
    case NodeVerb::Stop:
    case NodeVerb::Kill:
        break;
    }
    return running;
}

} // namespace

std::unique_ptr<QMenu> LabView::makeContextMenu(const Selection& item) {
    if (!d->scene.has(item)) {
        return nullptr;
    }
    auto menu = std::make_unique<QMenu>(this);
    menu->setToolTipsVisible(true);
    if (const auto* node = std::get_if<NodeId>(&item)) {
        d->fillNodeMenu(*menu, *node);
    } else if (const auto* link = std::get_if<LinkId>(&item)) {
        d->fillCableMenu(*menu, *link);
    } else if (const auto* pod = std::get_if<PodRef>(&item)) {
        d->fillPodMenu(*menu, pod->name);
    } else if (std::holds_alternative<NoteRef>(item) || std::holds_alternative<GroupRef>(item)) {
        QAction* rename = menu->addAction(std::holds_alternative<NoteRef>(item) ? tr("Edit the text") : tr("Rename"));
        rename->setShortcut(Qt::Key_F2); // Shown only: the Edit menu acts on the key.
        rename->setShortcutContext(Qt::WidgetShortcut);
        connect(rename, &QAction::triggered, this, [this, item] { Q_EMIT renameRequested(item); });
    }
    return menu->isEmpty() ? nullptr : std::move(menu);
}

Result<std::unique_ptr<QMenu>> LabView::makeFaultMenu(const Selection& item) {
    if (!d->isRunning()) {
        return fail(ErrorCode::InvalidInput, tr("This lab is not running: there is nothing to break yet."), {}, tr("Bring it up first."));
    }
    auto menu = std::make_unique<QMenu>(this);
    menu->setToolTipsVisible(true);
    const bool isThere = d->scene.has(item);
    if (const auto* node = std::get_if<NodeId>(&item); node != nullptr && isThere) {
        d->addNodeFaults(*menu, *node);
    } else if (const auto* link = std::get_if<LinkId>(&item); link != nullptr && isThere) {
        d->addCut(*menu, *link);
        d->addImpairments(*menu, *link);
    } else if (const auto* pod = std::get_if<PodRef>(&item); pod != nullptr && isThere) {
        d->addPodFaults(*menu, pod->name);
    } else {
        return fail(ErrorCode::InvalidInput, tr("Nothing can be broken here."), {},
                    tr("Drop it on a node, a cable or a pod, or select one first."));
    }
    return menu;
}

void LabView::Private::fillNodeMenu(QMenu& menu, const NodeId& node) {
    const NodeItem* item = scene.find(node);
    addConsole(menu, node, item != nullptr && !item->phase().planned);
    QAction* show = menu.addAction(tr("Show details"));
    QObject::connect(show, &QAction::triggered, q, [view = q, node] {
        view->select(node);
        Q_EMIT view->nodeActivated(node);
    });
    addTrace(menu, node.name);
    menu.addSeparator();
    addNodeFaults(menu, node);
}

void LabView::Private::addNodeFaults(QMenu& menu, const NodeId& node) {
    const state::NodeState* seen = scene.context().state->findNode(node);
    const bool on = isRunning() && seen != nullptr && seen->exists;
    const bool allRun = on && std::ranges::all_of(seen->processes, [](const auto& each) { return each.second.running; });
    const bool anyPaused = on && std::ranges::any_of(seen->processes, [](const auto& each) { return each.second.paused; });
    addVerbs(menu, node, {},
             [on, allRun, anyPaused](NodeVerb verb) { return verb == NodeVerb::Start ? !on || !allRun : canDo(verb, on, anyPaused); });
    if (on) {
        addDaemons(menu, *seen);
    }
    for (const model::Link* link : scene.context().lab.linksOf(node)) {
        addClearSession(menu, *link, static_cast<std::size_t>(model::endAt(*link, node)));
    }
}

void LabView::Private::fillPodMenu(QMenu& menu, const QString& pod) {
    const auto seen = scene.context().state->pods.find(pod);
    addConsole(menu, NodeId(pod), isRunning() && seen != scene.context().state->pods.end() && seen->second.exists);
    addCapture(menu, LinkId(QStringLiteral("pod-") + pod));
    addTrace(menu, pod);
    menu.addSeparator();
    addPodFaults(menu, pod);
}

void LabView::Private::addPodFaults(QMenu& menu, const QString& pod) {
    const auto seen = scene.context().state->pods.find(pod);
    const bool exists = isRunning() && seen != scene.context().state->pods.end() && seen->second.exists;
    const bool running = exists && seen->second.ready;
    const bool paused = exists && seen->second.paused;
    const NodeId place(pod);
    addVerbs(menu, place, {},
             [exists, running, paused](NodeVerb verb) { return verb == NodeVerb::Kill ? exists : canDo(verb, running, paused); });
    if (exists) {
        addDaemon(*menu.addMenu(tr("Daemons")), place, QStringLiteral("nginx"), running, paused);
    }
}

void LabView::Private::addConsole(QMenu& menu, const NodeId& place, bool exists) {
    QAction* console = menu.addAction(icon(QStringLiteral("console"), scene.context().theme), tr("Console"));
    console->setEnabled(exists);
    console->setToolTip(exists ? tr("Open a shell in %1.").arg(place.name) : tr("%1 is not running.").arg(place.name));
    QObject::connect(console, &QAction::triggered, q, [view = q, place] { Q_EMIT view->consoleRequested(place); });
}

void LabView::Private::addCapture(QMenu& menu, const LinkId& link) {
    QAction* capture = menu.addAction(icon(QStringLiteral("capture"), scene.context().theme), tr("Capture %1").arg(link.name));
    capture->setEnabled(isRunning());
    capture->setToolTip(isRunning() ? tr("Lists the packets of the cable as they come.") : tr("This lab is not running."));
    QObject::connect(capture, &QAction::triggered, q, [view = q, link] { Q_EMIT view->captureRequested(link); });
}

void LabView::Private::addVerbs(QMenu& menu, const NodeId& node, const QString& service, const std::function<bool(NodeVerb)>& can) {
    const QString name = service.isEmpty() ? node.name : tr("%1 on %2").arg(service, node.name);
    for (const VerbWord& each : kVerbs) {
        QAction* action = menu.addAction(tr(each.word));
        action->setEnabled(isRunning() && can(each.verb));
        action->setToolTip(isRunning() ? tr(each.toolTip).arg(name) : tr("This lab is not running."));
        QObject::connect(action, &QAction::triggered, q, [view = q, node, service, verb = each.verb] {
            Q_EMIT view->faultRequested(session::NodeFault{node, service, verb});
        });
    }
}

void LabView::Private::addDaemons(QMenu& menu, const state::NodeState& node) {
    QMenu* daemons = menu.addMenu(tr("Daemons"));
    for (const auto& [name, process] : node.processes) {
        addDaemon(*daemons, node.id, name, process.running, process.paused);
    }
    daemons->menuAction()->setEnabled(!daemons->isEmpty());
}

void LabView::Private::addDaemon(QMenu& daemons, const NodeId& place, const QString& service, bool running, bool paused) {
    const Glyph glyph = paused ? Glyph::Warn : running ? Glyph::Ok : Glyph::Bad;
    QMenu* one = daemons.addMenu(glyphIcon(glyph, scene.context().theme), service);
    one->setToolTipsVisible(true);
    addVerbs(*one, place, service, [running, paused](NodeVerb verb) { return canDo(verb, running, paused); });
}

void LabView::Private::addTrace(QMenu& menu, const QString& name) {
    const bool ends = !traceFrom.isEmpty() && traceFrom != name;
    QAction* trace = menu.addAction(ends ? tr("Trace from %1 to here").arg(traceFrom) : tr("Trace from here"));
    trace->setShortcut(Qt::Key_T); // Shown only: the canvas itself acts on the key.
    trace->setShortcutContext(Qt::WidgetShortcut);
    trace->setEnabled(isRunning());
    trace->setToolTip(isRunning() ? tr("Shows the way of packets and where it stops, beside the intended one.")
                                  : tr("This lab is not running."));
    QObject::connect(trace, &QAction::triggered, q, [this, name] { traceAt(name); });
}

void LabView::Private::fillCableMenu(QMenu& menu, const LinkId& id) {
    addCut(menu, id);
    addCapture(menu, id);
    addImpairments(menu, id);
}

void LabView::Private::addCut(QMenu& menu, const LinkId& id) {
    const Theme& theme = scene.context().theme;
    const bool cut = isCut(id);
    QAction* action = menu.addAction(icon(cut ? QStringLiteral("join") : QStringLiteral("cut"), theme),
                                     cut ? tr("Join %1").arg(id.name) : tr("Cut %1").arg(id.name));
    action->setShortcut(Qt::Key_X); // Shown only: the canvas itself acts on the key.
    action->setShortcutContext(Qt::WidgetShortcut);
    action->setEnabled(isRunning());
    action->setToolTip(!isRunning() ? tr("This lab is not running.")
                       : cut        ? tr("Joins the cable again: both ports get their carrier back.")
                                    : tr("Cuts the cable: both ports lose their carrier."));
    QObject::connect(action, &QAction::triggered, q, [view = q, id, cut] {
        if (cut) {
            Q_EMIT view->joinRequested(id);
        } else {
            Q_EMIT view->cutRequested(id);
        }
    });
}

void LabView::Private::addImpairments(QMenu& menu, const LinkId& id) {
    const model::Link& link = *scene.context().lab.findLink(id);
    const auto cable = scene.context().state->links.find(id);
    const model::CableImpairments now = cable == scene.context().state->links.end() ? model::CableImpairments() : cable->second.impairments;
    addDrops(menu, link, now);
    QAction* impair = menu.addAction(tr("Impair…"));
    impair->setEnabled(isRunning());
    impair->setToolTip(tr("Delay, lose or slow the packets of this cable."));
    QObject::connect(impair, &QAction::triggered, q, [view = q, link, now] {
        auto* dialog = new ImpairDialog(link, now, view); // Deletes itself.
        connect(dialog, &ImpairDialog::chosen, view, &LabView::faultRequested);
        dialog->open();
    });
    QAction* restore = menu.addAction(tr("Restore %1").arg(id.name));
    restore->setEnabled(isRunning() && (isCut(id) || now != model::CableImpairments()));
    restore->setToolTip(tr("Joins the cable and takes every impairment away."));
    QObject::connect(restore, &QAction::triggered, q, [view = q, id] { Q_EMIT view->faultRequested(session::RestoreCable{id}); });
    menu.addSeparator();
    addClearSession(menu, link, 0);
    addClearSession(menu, link, 1);
}

/// Each direction of a cable, ticked while its packets are dropped.
void LabView::Private::addDrops(QMenu& menu, const model::Link& link, const model::CableImpairments& now) {
    QMenu* drops = menu.addMenu(tr("Drop packets"));
    drops->menuAction()->setEnabled(isRunning());
    const auto add = [&](const QString& words, engine::Senders senders, bool dropped) {
        QAction* action = drops->addAction(words);
        action->setCheckable(true);
        action->setChecked(dropped);
        QObject::connect(action, &QAction::triggered, q, [view = q, id = link.id, senders, dropped] {
            Q_EMIT view->faultRequested(session::ImpairCable{id, senders, {.drop = !dropped}});
        });
    };
    const QString a = link.ends[0].node.name;
    const QString b = link.ends[1].node.name;
    add(tr("Both directions"), engine::Senders::Both, now[0].drop && now[1].drop);
    add(tr("From %1 to %2").arg(a, b), engine::Senders::A, now[0].drop);
    add(tr("From %1 to %2").arg(b, a), engine::Senders::B, now[1].drop);
}

void LabView::Private::addClearSession(QMenu& menu, const model::Link& link, std::size_t end) {
    const NodeId node = link.ends[end].node;
    const Ipv4Address peer = link.addresses[1 - end];
    const state::SessionState* session = scene.context().state->findSession(node, peer);
    if (!isRunning() || session == nullptr || !session->known) {
        return;
    }
    QAction* clear = menu.addAction(tr("Clear the session of %1 to %2").arg(node.name, link.ends[1 - end].node.name));
    clear->setToolTip(tr("Resets it; it comes up again by itself."));
    const QString name = model::neighbourName(scene.context().lab, link, end);
    QObject::connect(clear, &QAction::triggered, q, [view = q, node, name] {
        Q_EMIT view->faultRequested(session::ClearSession{node, name});
    });
}

} // namespace podleaf::ui
