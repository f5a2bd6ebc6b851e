// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulated_engine.h"

#include "simulated_chance.h"
#include "simulated_channel.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>

namespace podleaf::engine {

namespace {

QString text(const char* source) {
    return QCoreApplication::translate("SimulatedEngine", source);
}

using Deeds = Result<std::vector<QJsonObject>>;

Unexpected noNode(const NodeId& node) {
    return fail(ErrorCode::NotFound, text("There is no node %1.").arg(node.name));
}
Unexpected noLink(const LinkId& link) {
    return fail(ErrorCode::NotFound, text("There is no link %1.").arg(link.name));
}
Unexpected notUp() {
    return fail(ErrorCode::Unreachable, text("The simulated lab is not up."));
}

/// Calls `then` with a node that is on.
template <class Then>
Deeds withNode(const SimulatedWorld& world, const NodeId& node, Then then) {
    const SimulatedNode* found = world.findOn(node);
    return !world.exists ? Deeds(notUp()) : found == nullptr ? Deeds(noNode(node)) : Deeds(then(*found));
}

class SimulatedSubscription final : public Subscription {
public:
    explicit SimulatedSubscription(EventHandler handler) : m_handler(std::move(handler)) {}
    void tell(const SimulatedReader::News& news) {
        if (m_over) {
            return;
        }
        for (const Event& event : news.lost ? std::vector<Event>{} : news.events) {
            m_handler(event);
        }
        if (news.lost) {
            m_over = true;
            Event lost{};
            lost.type = Event::Type::Lost;
            m_handler(lost);
        }
    }
    void hold(std::unique_ptr<SimulatedFollower> follower) { m_follower = std::move(follower); }

private:
    const EventHandler m_handler;
    bool m_over = false;
    std::unique_ptr<SimulatedFollower> m_follower; ///< Last: its end joins the thread that uses the others.
};

void change(model::Impairment& one, const ImpairmentChange& change) {
    one.drop = change.drop.value_or(one.drop);
    one.loss = change.loss.value_or(one.loss);
    one.rateKbit = change.rateKbit.value_or(one.rateKbit);
    one.delayMicroseconds = change.delayMicroseconds.value_or(one.delayMicroseconds);
}

} // namespace

class SimulatedEngine::Private {
public:
    explicit Private(SimulatedEngineSettings all)
        : settings(std::move(all)), path(simulatedJournal(settings.runFolder, settings.lab.id)), writer(path, settings.lab.simulation) {}

    /// What has come of what there is now.
    Result<std::shared_ptr<const SimulatedNetwork>> network() {
        const std::lock_guard lock(networkMutex);
        auto looked = writer.look([this](const SimulatedWorld& world) {
            if (!lastNetwork || networkRevision != world.revision) {
                lastNetwork = std::make_shared<const SimulatedNetwork>(settings.lab, world);
                networkRevision = world.revision;
            }
        });
        return looked ? Result<std::shared_ptr<const SimulatedNetwork>>(lastNetwork) : fail(std::move(looked.error()));
    }

    const SimulatedEngineSettings settings;
    const QString path;
    SimulatedWriter writer;

private:
    std::mutex networkMutex;
    std::shared_ptr<const SimulatedNetwork> lastNetwork; ///< Guarded by networkMutex.
    std::uint64_t networkRevision = 0;                   ///< Of lastNetwork.
};

SimulatedEngine::SimulatedEngine(SimulatedEngineSettings settings) : d(std::make_shared<Private>(std::move(settings))) {}
SimulatedEngine::~SimulatedEngine() = default;

std::uint32_t SimulatedEngine::seed() const {
    return d->settings.seed;
}

Probe SimulatedEngine::probe(OpContext& /*context*/) {
    Probe probe;
    probe.usable = true;
    probe.summary = text("Simulated, seed %1").arg(d->settings.seed);
    return probe;
}

Result<Listing> SimulatedEngine::list(OpContext& /*context*/) {
    Listing listing;
    auto looked = d->writer.look([&listing](const SimulatedWorld& world) {
        listing.running = world.exists;
        for (const auto& [id, node] : world.nodes) {
            if (node.on) {
                listing.nodes.push_back({node.spec, PowerState::On});
            }
        }
        for (const auto& [id, link] : world.links) {
            listing.links.push_back({link.spec, link.up, link.declared, link.impairments});
        }
    });
    return looked ? Result<Listing>(std::move(listing)) : fail(std::move(looked.error()));
}

Result<> SimulatedEngine::create(OpContext& context, const std::vector<NodeSpec>& nodes, const std::vector<LinkSpec>& links) {
    if (auto go = context.checkpoint(); !go) {
        return go;
    }
    return d->writer.write([&](const SimulatedWorld& world) -> Deeds {
        for (const NodeSpec& node : nodes) {
            const SimulatedNode* there = world.findOn(node.id);
            if (there != nullptr && there->spec != node) {
                return fail(ErrorCode::Conflict, text("The node %1 exists with other properties.").arg(node.id.name));
            }
        }
        for (const LinkSpec& link : links) {
            const auto there = world.links.find(link.id);
            if (there != world.links.end() && there->second.spec != link) {
                return fail(ErrorCode::Conflict, text("The link %1 exists with other properties.").arg(link.id.name));
            }
            for (const NodeId& end : {link.a.node, link.b.node}) {
                if (!world.nodes.contains(end) && std::ranges::find(nodes, end, &NodeSpec::id) == nodes.end()) {
                    return noNode(end);
                }
            }
        }
        std::vector<QJsonObject> deeds;
        const bool isNew = !world.exists || world.labText != d->settings.labFileText || world.labFile != d->settings.labFilePath;
        if (isNew) {
            deeds.push_back(deed::lab(d->settings.labFilePath, d->settings.labFileText, QDateTime::currentMSecsSinceEpoch()));
        }
        if (!nodes.empty()) {
            deeds.push_back(deed::nodes(nodes));
        }
        if (!links.empty()) {
            deeds.push_back(deed::links(links));
        }
        return deeds;
    });
}

Result<> SimulatedEngine::removeParts(OpContext& /*context*/, const std::vector<NodeId>& nodes, const std::vector<LinkId>& links) {
    return d->writer.write([&](const SimulatedWorld& world) -> Deeds {
        return world.exists ? std::vector{deed::removeParts(nodes, links)} : std::vector<QJsonObject>{};
    });
}

Result<> SimulatedEngine::remove(OpContext& /*context*/) {
    return d->writer.remove();
}

Result<> SimulatedEngine::setLink(OpContext& /*context*/, const LinkId& link, bool up) {
    return d->writer.write([&](const SimulatedWorld& world) -> Deeds {
        const auto it = world.links.find(link);
        if (!world.exists) {
            return notUp();
        }
        if (it == world.links.end()) {
            return noLink(link);
        }
        return it->second.up == up ? std::vector<QJsonObject>{} : std::vector{deed::setLink(link, up)};
    });
}

Result<> SimulatedEngine::powerOff(OpContext& /*context*/, const NodeId& node) {
    return d->writer.write([&](const SimulatedWorld& world) -> Deeds {
        if (!world.exists) {
            return notUp();
        }
        return world.nodes.contains(node) ? Deeds(std::vector{deed::powerOff(node)}) : Deeds(noNode(node));
    });
}

Result<std::unique_ptr<Subscription>> SimulatedEngine::watch(EventHandler handler) {
    SimulatedReader reader(d->path);
    reader.catchUp();
    if (!reader.world().exists) {
        return notUp();
    }
    for (const Event& event : wholePicture(reader.world())) {
        handler(event);
    }
    auto subscription = std::make_unique<SimulatedSubscription>(std::move(handler));
    auto follower = SimulatedFollower::start(
        d->path, d->settings.lab.simulation, std::move(reader),
        [target = subscription.get()](const SimulatedWorld&, const SimulatedReader::News& news) { target->tell(news); });
    if (!follower) {
        return fail(std::move(follower.error()));
    }
    subscription->hold(*std::move(follower));
    return subscription;
}

Result<std::unique_ptr<SimulatedFollower>> SimulatedEngine::follow(SimulatedFollower::Handler handler) {
    SimulatedReader reader(d->path);
    reader.catchUp();
    if (!reader.world().exists) {
        return notUp();
    }
    return SimulatedFollower::start(d->path, d->settings.lab.simulation, std::move(reader), std::move(handler));
}

std::shared_ptr<channel::NodeChannel> SimulatedEngine::channel(const NodeId& node) {
    const SimulatedInside inside{d->settings.lab, d->settings.seed,
                                 [state = d](const std::function<void(const SimulatedWorld&)>& see) { return state->writer.look(see); },
                                 [state = d] { return state->network(); }};
    return std::make_shared<SimulatedChannel>(inside, node);
}

Result<> SimulatedEngine::apply(OpContext& /*context*/, const NodeId& node, const NodeContent& content) {
    std::map<QString, QByteArray> files;
    for (const FileSpec& file : content.files) {
        if (file.path.startsWith(QLatin1String("/run/podleaf/"))) { // What later clients read; nobody runs who would read the rest.
            files[file.path] = file.content;
        }
    }
    return d->writer.write([&](const SimulatedWorld& world) {
        return withNode(world, node, [&](const SimulatedNode&) { return std::vector{deed::apply(node, files, content.goneFiles)}; });
    });
}

Result<> SimulatedEngine::startService(OpContext& context, const NodeId& node, const ServiceSpec& service) {
    const auto takes = simulatedBetween(1, 4, d->settings.seed, QString(node.name + service.name));
    if (auto slept = context.sleepFor(std::chrono::milliseconds(takes)); !slept) {
        return slept;
    }
    return d->writer.write([&](const SimulatedWorld& world) {
        return withNode(world, node, [&](const SimulatedNode& found) {
            return found.runs(service.name) ? std::vector<QJsonObject>{} : std::vector{deed::start(node, service.name)};
        });
    });
}

Result<> SimulatedEngine::stopService(OpContext& /*context*/, const NodeId& node, const QString& service) {
    return d->writer.write([&](const SimulatedWorld& world) {
        return withNode(world, node, [&](const SimulatedNode& found) {
            return found.runs(service) ? std::vector{deed::stop(node, service)} : std::vector<QJsonObject>{};
        });
    });
}

Result<> SimulatedEngine::forgetService(OpContext& /*context*/, const NodeId& node, const QString& service) {
    return d->writer.write([&](const SimulatedWorld& world) {
        return withNode(world, node, [&](const SimulatedNode&) { return std::vector{deed::forget(node, service)}; });
    });
}

Result<> SimulatedEngine::signalService(OpContext& /*context*/, const NodeId& node, const QString& service, int signal) {
    return d->writer.write([&](const SimulatedWorld& world) -> Deeds {
        const SimulatedNode* found = world.findOn(node);
        if (found != nullptr && !found->runs(service)) {
            return fail(ErrorCode::NotFound, text("%1 does not run on %2.").arg(service, node.name));
        }
        return withNode(world, node, [&](const SimulatedNode&) { return std::vector{deed::signal(node, service, signal)}; });
    });
}

Result<QStringList> SimulatedEngine::runningServices(OpContext& /*context*/, const NodeId& node) {
    Result<QStringList> names = noNode(node);
    auto looked = d->writer.look([&](const SimulatedWorld& world) {
        const SimulatedNode* found = world.findOn(node);
        if (found == nullptr) {
            return;
        }
        names = QStringList();
        for (const auto& [name, service] : found->services) {
            if (service.running) {
                names->append(name);
            }
        }
    });
    return looked ? names : fail(std::move(looked.error()));
}

Result<UniqueFd> SimulatedEngine::openNetlink(OpContext& /*context*/, const NodeId& /*node*/, std::uint32_t /*groups*/) {
    return fail(ErrorCode::HostLacks, text("A simulated node has no kernel that one could ask."));
}

Result<std::vector<NodeUsage>> SimulatedEngine::usage(OpContext& /*context*/) {
    return fail(ErrorCode::HostLacks, text("A simulated node runs nothing that could use anything."));
}

Result<model::CableImpairments> SimulatedEngine::impair(OpContext& /*context*/, const LinkId& link, Senders senders,
                                                        const ImpairmentChange& wanted) {
    model::CableImpairments now;
    auto written = d->writer.write([&](const SimulatedWorld& world) -> Deeds {
        const auto it = world.links.find(link);
        if (it == world.links.end()) {
            return world.exists ? Deeds(noLink(link)) : Deeds(notUp());
        }
        now = it->second.impairments;
        if (senders != Senders::B) {
            change(now[0], wanted);
        }
        if (senders != Senders::A) {
            change(now[1], wanted);
        }
        return now == it->second.impairments ? std::vector<QJsonObject>{} : std::vector{deed::impair(link, now)};
    });
    return written ? Result<model::CableImpairments>(now) : fail(std::move(written.error()));
}

Result<model::CableImpairments> SimulatedEngine::declare(OpContext& /*context*/, const LinkId& link,
                                                         const model::CableImpairments& impairments) {
    model::CableImpairments now;
    auto written = d->writer.write([&](const SimulatedWorld& world) -> Deeds {
        const auto it = world.links.find(link);
        if (it == world.links.end()) {
            return world.exists ? Deeds(noLink(link)) : Deeds(notUp());
        }
        now = it->second.impairments;
        for (const std::size_t sender : {std::size_t{0}, std::size_t{1}}) {
            if (!impairments[sender].isNone() || !it->second.declared[sender].isNone()) {
                now[sender] = {now[sender].drop, impairments[sender].loss, impairments[sender].rateKbit,
                               impairments[sender].delayMicroseconds};
            }
        }
        const bool isSame = now == it->second.impairments && impairments == it->second.declared;
        return isSame ? std::vector<QJsonObject>{} : std::vector{deed::declare(link, impairments, now)};
    });
    return written ? Result<model::CableImpairments>(now) : fail(std::move(written.error()));
}

Result<model::CableImpairments> SimulatedEngine::impairmentsOf(OpContext& /*context*/, const LinkId& link) {
    Result<model::CableImpairments> impairments = notUp();
    auto looked = d->writer.look([&](const SimulatedWorld& world) {
        const auto it = world.links.find(link);
        if (it != world.links.end()) {
            impairments = it->second.impairments;
        } else if (world.exists) {
            impairments = noLink(link);
        }
    });
    return looked ? impairments : fail(std::move(looked.error()));
}

Result<std::optional<QByteArray>> SimulatedEngine::deployedText() {
    std::optional<QByteArray> deployed;
    QString file;
    auto looked = d->writer.look([&](const SimulatedWorld& world) {
        deployed = world.exists ? std::optional(world.labText) : std::nullopt;
        file = world.labFile;
    });
    if (!looked) {
        return fail(std::move(looked.error()));
    }
    if (deployed && file != d->settings.labFilePath) {
        return fail(ErrorCode::Conflict, text("Another simulated lab named %1 is up (from %2).").arg(d->settings.lab.id.name, file), {},
                    text("Take it down first: podleaf down %1").arg(file));
    }
    return deployed;
}

Result<> SimulatedEngine::play() {
    return d->writer.write([](const SimulatedWorld& world) -> Deeds {
        const bool begins = world.exists && world.playsSinceMs == 0;
        return begins ? std::vector{deed::play(QDateTime::currentMSecsSinceEpoch())} : std::vector<QJsonObject>{};
    });
}

std::vector<SimulatedLab> simulatedLabs(const QString& runFolder) {
    std::vector<SimulatedLab> labs;
    const QDir folder(simulatedFolder(runFolder));
    const QString end = QStringLiteral(".jsonl");
    const QStringList names = folder.entryList({QLatin1Char('*') + end}, QDir::Files, QDir::Name);
    for (const QString& name : names) {
        SimulatedReader reader(folder.filePath(name));
        reader.catchUp();
        const SimulatedWorld& world = reader.world();
        if (world.exists) {
            labs.push_back(
                {LabId(name.chopped(end.size())), world.labFile, world.labText, QDateTime::fromMSecsSinceEpoch(world.createdMs, Qt::UTC)});
        }
    }
    return labs;
}

} // namespace podleaf::engine
