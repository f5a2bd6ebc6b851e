// SPDX-License-Identifier: GPL-3.0-or-later
#include "namespace_engine.h"

#include "host_processes.h"
#include "labhost_start.h"
#include "leftovers.h"
#include "namespace_engine_private.h"
#include "namespace_impairments.h"

#include <core/channel/labhost_channel.h>

#include <QCoreApplication>

#include <csignal>
#include <poll.h>
#include <sys/syscall.h>

namespace podleaf::engine {

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("NamespaceEngine", source);
}

labhost::PortInfo portInfo(const PortSpec& port) {
    return {port.node.name.toStdString(), port.port.toStdString(), port.bridge.toStdString()};
}

PortSpec portSpec(const labhost::PortInfo& port) {
    return {NodeId(QString::fromStdString(port.node)), QString::fromStdString(port.port), QString::fromStdString(port.bridge)};
}

labhost::AddressInfo addressInfo(const AddressSpec& address) {
    return {address.interface.toStdString(), address.address.address.value, static_cast<std::uint8_t>(address.address.length)};
}

labhost::RouteInfo routeInfo(const RouteSpec& route) {
    return {route.destination.network().address.value, static_cast<std::uint8_t>(route.destination.length), route.via.value,
            route.source.value};
}

Event engineEvent(const labhost::EventBody& body) {
    using labhost::EventType;
    Event event{};
    switch (static_cast<EventType>(body.type)) {
    case EventType::NodeAdded:
        event.type = Event::Type::NodeAdded;
        break;
    case EventType::NodeGone:
        event.type = Event::Type::NodeGone;
        break;
    case EventType::ProcessStarted:
        event.type = Event::Type::ProcessStarted;
        break;
    case EventType::ProcessExited:
        event.type = Event::Type::ProcessExited;
        break;
    case EventType::ProcessForgotten:
        event.type = Event::Type::ProcessForgotten;
        break;
    case EventType::LinkChanged:
        event.type = Event::Type::LinkChanged;
        break;
    case EventType::EventsLost:
        event.type = Event::Type::Lost;
        break;
    }
    event.node = NodeId(QString::fromStdString(body.node));
    event.process = QString::fromStdString(body.process);
    event.pid = body.pid;
    event.exitCode = body.exitCode;
    event.signal = body.signal;
    event.link = LinkId(QString::fromStdString(body.link));
    event.linkUp = body.linkUp;
    event.impairments = fromWire(body.impairments);
    event.poweredOff = body.poweredOff;
    event.paused = body.paused;
    event.stopped = body.stopped;
    return event;
}

/// A connection of its own, so that its first events are the whole picture. A watcher that was too slow for its events
/// is told Lost, too: what it knows is no longer right, and watching again gives it the whole picture.
class LabhostSubscription final : public Subscription {
public:
    explicit LabhostSubscription(EventHandler handler) : m_handler(std::move(handler)) {}
    /// On the reader thread.
    void tell(const channel::LabhostEvent& event) {
        if (m_over) {
            return;
        }
        Event translated{};
        translated.type = Event::Type::Lost;
        if (!event.lost) {
            translated = engineEvent(event.body);
        }
        m_over = translated.type == Event::Type::Lost;
        m_handler(translated);
    }
    void hold(std::shared_ptr<LabhostClient> client) { m_client = std::move(client); }

private:
    EventHandler m_handler;
    bool m_over = false;
    std::shared_ptr<LabhostClient> m_client; ///< Last member: its end joins the thread that uses the others.
};

/// Waits until a process is gone; false when the context ended first.
bool waitGone(OpContext& context, int pidfd) {
    while (context.checkpoint()) {
        pollfd wait{pidfd, POLLIN, 0};
        if (::poll(&wait, 1, context.remainingMs(20)) > 0) {
            return true;
        }
    }
    return false;
}

} // namespace

Result<> NamespaceEngine::Private::folderGone() const {
    return isLabFolder(folder()) ? Result<>(fail(ErrorCode::Failed, text("The folder %1 cannot be removed.").arg(folder()))) : Result<>();
}

Result<std::shared_ptr<LabhostClient>> NamespaceEngine::Private::startedClient(OpContext& context) {
    auto connection = client(context);
    if (connection || connection.error().code != ErrorCode::Unreachable) {
        return connection;
    }
    context.report(text("Starting the lab host"));
    // Who holds the folder and does not answer is just starting for another client, or just ending and about to make room.
    const OpContext patient = context.withTimeout(std::chrono::seconds(10));
    while (true) {
        if (auto started = startLabhost(context, settings); !started) {
            return fail(started.error());
        }
        connection = client(context);
        if (connection || connection.error().code != ErrorCode::Unreachable) {
            return connection;
        }
        if (auto state = patient.sleepFor(std::chrono::milliseconds(10)); !state) {
            const bool isHung = context.checkpoint().has_value();
            return isHung ? fail(ErrorCode::Timeout, text("The lab host that holds %1 does not answer.").arg(folder()))
                          : fail(state.error());
        }
    }
}

NamespaceEngine::NamespaceEngine(std::unique_ptr<Private> state) : d(std::move(state)) {}
NamespaceEngine::~NamespaceEngine() = default;

Result<std::unique_ptr<NamespaceEngine>> NamespaceEngine::open(NamespaceEngineSettings settings) {
    if (!labhost::isValidName(settings.lab.name.toStdString())) {
        return fail(ErrorCode::InvalidInput, text("“%1” cannot be the name of a lab.").arg(settings.lab.name), {},
                    text("Use letters, digits, '.', '_' and '-', beginning with a letter or digit."));
    }
    auto state = std::make_unique<Private>();
    state->settings = std::move(settings);
    return std::unique_ptr<NamespaceEngine>(new NamespaceEngine(std::move(state)));
}

Probe NamespaceEngine::probe(OpContext& context) {
    return probeNamespaces(context, d->settings.labhostProgram);
}

Result<Listing> NamespaceEngine::list(OpContext& context) {
    Listing listing;
    auto connection = d->client(context);
    if (!connection && connection.error().code == ErrorCode::Unreachable) {
        listing.remains = isLabFolder(d->folder());
        return listing;
    }
    if (!connection) {
        return fail(connection.error());
    }
    auto reply = (*connection)->ask<labhost::ListReply>(context, Verb::List, labhost::Empty{});
    if (!reply && reply.error().code == ErrorCode::Unreachable && !d->client(context)) {
        listing.remains = isLabFolder(d->folder()); // it ended while we asked
        return listing;
    }
    if (!reply) {
        return fail(wrapError(text("Cannot list the lab"), reply.error()));
    }
    listing.running = true;
    for (const auto& node : reply->nodes) {
        NodeSpec spec{NodeId(QString::fromStdString(node.name)),
                      QString::fromStdString(node.hostname),
                      {},
                      node.runsContainers,
                      QString::fromStdString(node.programs)};
        for (const std::string& bridge : node.bridges) {
            spec.bridges.append(QString::fromStdString(bridge));
        }
        listing.nodes.push_back({std::move(spec), PowerState::On});
    }
    std::map<std::string, const labhost::ImpairedLink*> impaired;
    for (const auto& link : reply->impaired) {
        impaired[link.link] = &link;
    }
    for (const auto& link : reply->links) {
        ListedLink listed{{LinkId(QString::fromStdString(link.id)), portSpec(link.a), portSpec(link.b)}, link.up};
        if (const auto it = impaired.find(link.id); it != impaired.end()) {
            listed.declared = fromWire(it->second->declared);
            listed.impairments = fromWire(it->second->now);
        }
        listing.links.push_back(std::move(listed));
    }
    return listing;
}

Result<> NamespaceEngine::create(OpContext& context, const std::vector<NodeSpec>& nodes, const std::vector<LinkSpec>& links) {
    // A lab host that was just killed may still take our first words; the next try starts another.
    constexpr int kTries = 3;
    Result<> done;
    for (int i = 0; i < kTries; ++i) {
        done = d->create(context, nodes, links);
        if (done || done.error().code != ErrorCode::Unreachable || !context.checkpoint()) {
            break;
        }
    }
    return done;
}

Result<> NamespaceEngine::Private::create(OpContext& context, const std::vector<NodeSpec>& nodes, const std::vector<LinkSpec>& links) {
    if (auto started = startedClient(context); !started) {
        return fail(wrapError(text("Cannot start the lab"), started.error()));
    }
    const labhost::SetLab lab{settings.labFilePath.toStdString(), settings.labFileText.toStdString()};
    if (auto done = order(context, Verb::SetLab, lab, text("Cannot start the lab")); !done) {
        if (done.error().code == ErrorCode::Failed) {
            done.error().hint = text("Make room in %1, or see why nothing can be written there.").arg(settings.runFolder);
        }
        return done;
    }
    labhost::AddNodes addNodes;
    for (const NodeSpec& node : nodes) {
        labhost::NodeInfo info{
            node.id.name.toStdString(), node.hostname.toStdString(), {}, node.runsContainers, node.programs.toStdString()};
        for (const QString& bridge : node.bridges) {
            info.bridges.push_back(bridge.toStdString());
        }
        addNodes.nodes.push_back(std::move(info));
    }
    if (auto done = order(context, Verb::AddNodes, addNodes, text("Cannot make the nodes")); !done) {
        return done;
    }
    labhost::AddLinks addLinks;
    for (const LinkSpec& link : links) {
        addLinks.links.push_back({link.id.name.toStdString(), portInfo(link.a), portInfo(link.b), true});
    }
    return order(context, Verb::AddLinks, addLinks, text("Cannot make the links"));
}

Result<> NamespaceEngine::removeParts(OpContext& context, const std::vector<NodeId>& nodes, const std::vector<LinkId>& links) {
    labhost::RemoveLinks removeLinks;
    for (const LinkId& link : links) {
        removeLinks.ids.push_back(link.name.toStdString());
    }
    if (auto done = d->order(context, Verb::RemoveLinks, removeLinks, text("Cannot remove the cables")); !done) {
        return done;
    }
    for (const NodeId& node : nodes) {
        const QString what = text("Cannot remove %1").arg(node.name);
        if (auto done = d->order(context, Verb::RemoveNode, labhost::NodeRequest{node.name.toStdString()}, what); !done) {
            return done;
        }
    }
    return {};
}

Result<> NamespaceEngine::remove(OpContext& context) {
    auto connection = d->client(context);
    while (!connection && connection.error().code == ErrorCode::Unreachable) {
        if (removeDeadFolder(d->settings.runFolder, d->settings.lab.name) != DeadFolder::Held) {
            return d->folderGone();
        }
        // A lab host whose starter was killed is just coming up; its socket is not there yet.
        if (auto state = context.sleepFor(std::chrono::milliseconds(5)); !state) {
            return state;
        }
        connection = d->client(context);
    }
    if (!connection) {
        return fail(wrapError(text("Cannot remove the lab"), connection.error()));
    }
    const UniqueFd outer = openLabhost((*connection)->hello().outerPid, d->settings.lab.name);
    OpContext polite = context.withTimeout(std::chrono::seconds(2));
    auto reply = (*connection)->call(polite, Verb::Shutdown, {});
    if (!reply && reply.error().code == ErrorCode::Cancelled) {
        return fail(reply.error());
    }
    if (outer.isValid() && !waitGone(polite, outer.get())) {
        if (auto state = context.checkpoint(); !state) {
            return state;
        }
        ::syscall(SYS_pidfd_send_signal, outer.get(), SIGKILL, nullptr, 0); // takes pid 1 and all else with it
        OpContext impatient = context.withTimeout(std::chrono::seconds(5));
        if (!waitGone(impatient, outer.get())) {
            return fail(ErrorCode::Failed, text("The lab host does not end."), {}, text("Try `podleaf gc`."));
        }
    }
    const auto isHeld = [this] { return removeDeadFolder(d->settings.runFolder, d->settings.lab.name) == DeadFolder::Held; };
    while (isHeld() && polite.sleepFor(std::chrono::milliseconds(5))) {
    }
    return d->folderGone();
}

Result<> NamespaceEngine::setLink(OpContext& context, const LinkId& link, bool up) {
    const QString what = (up ? text("Cannot join the link %1") : text("Cannot cut the link %1")).arg(link.name);
    return d->order(context, Verb::SetLink, labhost::SetLink{link.name.toStdString(), up}, what);
}

Result<> NamespaceEngine::powerOff(OpContext& context, const NodeId& node) {
    return d->order(context, Verb::PowerOff, labhost::NodeRequest{node.name.toStdString()}, text("Cannot switch off %1").arg(node.name));
}

Result<std::unique_ptr<Subscription>> NamespaceEngine::watch(EventHandler handler) {
    OpContext context;
    context.deadline = Clock::now() + std::chrono::seconds(5);
    auto subscription = std::make_unique<LabhostSubscription>(std::move(handler));
    auto client = LabhostClient::open(context, d->socketPath(),
                                      [target = subscription.get()](const channel::LabhostEvent& event) { target->tell(event); });
    if (!client) {
        return fail(wrapError(text("Cannot watch the lab"), client.error()));
    }
    auto reply = (*client)->call(context, Verb::Subscribe, {});
    subscription->hold(*std::move(client));
    if (!reply) {
        return fail(wrapError(text("Cannot watch the lab"), reply.error()));
    }
    return subscription;
}

std::shared_ptr<channel::NodeChannel> NamespaceEngine::channel(const NodeId& node) {
    return std::make_shared<channel::LabhostChannel>([state = d](OpContext& context) { return state->client(context); }, node.name);
}

Result<> NamespaceEngine::apply(OpContext& context, const NodeId& node, const NodeContent& content) {
    labhost::Apply request;
    request.node = node.name.toStdString();
    for (const FileSpec& file : content.files) {
        request.files.push_back({file.path.toStdString(), file.content.toStdString(), file.mode, file.owner.toStdString()});
    }
    for (const SysctlSpec& sysctl : content.sysctls) {
        request.sysctls.push_back({sysctl.key.toStdString(), sysctl.value.toStdString()});
    }
    for (const AddressSpec& address : content.addresses) {
        request.addresses.push_back(addressInfo(address));
    }
    for (const RouteSpec& route : content.routes) {
        request.routes.push_back(routeInfo(route));
    }
    for (const QString& file : content.goneFiles) {
        request.goneFiles.push_back(file.toStdString());
    }
    for (const AddressSpec& address : content.goneAddresses) {
        request.goneAddresses.push_back(addressInfo(address));
    }
    for (const RouteSpec& route : content.goneRoutes) {
        request.goneRoutes.push_back(routeInfo(route));
    }
    return d->order(context, Verb::Apply, request, text("Cannot set up %1").arg(node.name));
}

Result<> NamespaceEngine::startService(OpContext& context, const NodeId& node, const ServiceSpec& service) {
    labhost::StartService request;
    request.node = node.name.toStdString();
    request.name = service.name.toStdString();
    for (const QString& argument : service.argv) {
        request.argv.push_back(argument.toStdString());
    }
    request.readySocket = service.readySocket.toStdString();
    request.comesBack = service.comesBack;
    // A little less than ours, so that the node's own answer, with the log, comes first.
    const int left = context.remainingMs(60'000);
    request.timeoutMs = static_cast<std::uint32_t>(std::max(1, left - std::min(100, left / 4)));
    return d->order(context, Verb::StartService, request, text("Cannot start %1 on %2").arg(service.name, node.name));
}

Result<> NamespaceEngine::stopService(OpContext& context, const NodeId& node, const QString& service) {
    const labhost::StopService request{node.name.toStdString(), service.toStdString(), false};
    return d->order(context, Verb::StopService, request, text("Cannot stop %1 on %2").arg(service, node.name));
}

Result<> NamespaceEngine::forgetService(OpContext& context, const NodeId& node, const QString& service) {
    const labhost::StopService request{node.name.toStdString(), service.toStdString(), true};
    return d->order(context, Verb::StopService, request, text("Cannot stop %1 on %2").arg(service, node.name));
}

Result<> NamespaceEngine::signalService(OpContext& context, const NodeId& node, const QString& service, int signal) {
    const labhost::Signal request{node.name.toStdString(), service.toStdString(), signal};
    return d->order(context, Verb::Signal, request, text("Cannot signal %1 on %2").arg(service, node.name));
}

Result<QStringList> NamespaceEngine::runningServices(OpContext& context, const NodeId& node) {
    const QString what = text("Cannot list the services of %1").arg(node.name);
    auto connection = d->client(context);
    if (!connection) {
        return fail(wrapError(what, connection.error()));
    }
    auto reply = (*connection)->ask<labhost::ListServicesReply>(context, Verb::ListServices, labhost::NodeRequest{node.name.toStdString()});
    if (!reply) {
        return fail(wrapError(what, reply.error()));
    }
    QStringList names;
    for (const auto& service : reply->services) {
        names.append(QString::fromStdString(service.name));
    }
    return names;
}

Result<UniqueFd> NamespaceEngine::openNetlink(OpContext& context, const NodeId& node, std::uint32_t groups) {
    const QString what = text("Cannot open a netlink socket in %1").arg(node.name);
    return d->openSocket(context, Verb::OpenNetlink, labhost::OpenNetlink{node.name.toStdString(), groups}, what);
}

Result<std::vector<NodeUsage>> NamespaceEngine::usage(OpContext& context) {
    const QString what = text("Cannot tell what the nodes use");
    auto connection = d->client(context);
    if (!connection) {
        return fail(wrapError(what, connection.error()));
    }
    auto reply = (*connection)->ask<labhost::UsageReply>(context, Verb::Usage, labhost::Empty{});
    if (!reply) {
        return fail(wrapError(what, reply.error()));
    }
    std::vector<NodeUsage> nodes;
    for (const labhost::NodeUsage& node : reply->nodes) {
        nodes.push_back({NodeId(QString::fromStdString(node.node)), node.cpuMicroseconds, node.memoryBytes});
    }
    return nodes;
}

Result<UniqueFd> NamespaceEngine::openPackets(OpContext& context, const NodeId& node, const QString& port) {
    const QString what = text("Cannot capture on %1:%2").arg(node.name, port);
    return d->openSocket(context, Verb::OpenPackets, labhost::OpenPackets{node.name.toStdString(), port.toStdString()}, what);
}

} // namespace podleaf::engine
