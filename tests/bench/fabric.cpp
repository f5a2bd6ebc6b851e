// SPDX-License-Identifier: GPL-3.0-or-later
// A bare leaf-spine fabric by the product's own engine: namespaces, cables, addresses and forwarding, no daemons.
// Prints "NAME VALUE" lines: how long it took from nothing (up) and to nothing (down), and the memory of the lab host.
// Usage: podleaf-bench-fabric LABHOST RUN-FOLDER NODES. Four uplinks a leaf, one spine to sixteen nodes, at least four.
#include <core/engine/namespaces/namespace_engine.h>

#include <QFile>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace {

using namespace podleaf;
using engine::NamespaceEngine;

constexpr int kUplinks = 4;
constexpr std::size_t kWorkers = 16; ///< As many steps as `podleaf up` does at once.

struct Fabric {
    std::vector<engine::NodeSpec> nodes;
    std::vector<engine::NodeContent> contents; ///< Of the node with the same number.
    std::vector<engine::LinkSpec> links;
};

Ipv4Prefix address(std::uint32_t base, std::size_t offset, int length) {
    return {{base + static_cast<std::uint32_t>(offset)}, length};
}

void joinNodes(Fabric& fabric, std::size_t leaf, std::size_t spine, std::size_t uplink) {
    const std::size_t number = fabric.links.size();
    const engine::PortSpec a{fabric.nodes[leaf].id, QStringLiteral("up%1").arg(uplink), {}};
    const engine::PortSpec b{fabric.nodes[spine].id, QStringLiteral("dn%1").arg(leaf), {}};
    fabric.links.push_back({LinkId(QStringLiteral("link%1").arg(number)), a, b});
    fabric.contents[leaf].addresses.push_back({a.port, address(0x64400000, 2 * number, 31)}); // 100.64.0.0/10
    fabric.contents[spine].addresses.push_back({b.port, address(0x64400000, 2 * number + 1, 31)});
}

Fabric leafSpine(std::size_t count) {
    Fabric fabric;
    const std::size_t spines = std::max<std::size_t>(kUplinks, count / 16);
    fabric.contents.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const QString name = QStringLiteral("r%1").arg(i);
        fabric.nodes.push_back({NodeId(name), name, {}});
        fabric.contents[i].sysctls.push_back({QStringLiteral("net.ipv4.ip_forward"), QStringLiteral("1")});
        fabric.contents[i].addresses.push_back({QStringLiteral("lo"), address(0x0aff0001, i, 32)}); // 10.255.0.1
    }
    for (std::size_t leaf = spines; leaf < count; ++leaf) {
        for (std::size_t uplink = 0; uplink < kUplinks; ++uplink) {
            joinNodes(fabric, leaf, (leaf - spines + uplink) % spines, uplink);
        }
    }
    return fabric;
}

[[noreturn]] void giveUp(const Error& error) {
    std::fprintf(stderr, "error: %s %s\n", qPrintable(error.message), qPrintable(error.detail));
    std::_Exit(1); // at once: workers may be running
}

double msSince(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// Each node's addresses and sysctls, several nodes at once.
void applyContents(NamespaceEngine& driver, const Fabric& fabric, const OpContext& context) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < std::min(kWorkers, fabric.nodes.size()); ++i) {
        workers.emplace_back([&] {
            OpContext mine = context;
            for (std::size_t node = next++; node < fabric.nodes.size(); node = next++) {
                if (auto done = driver.apply(mine, fabric.nodes[node].id, fabric.contents[node]); !done) {
                    giveUp(done.error());
                }
            }
        });
    }
}

/// What is there is asked of the lab host again, not believed.
void check(NamespaceEngine& driver, const Fabric& fabric, OpContext& context) {
    auto listing = driver.list(context);
    if (!listing) {
        giveUp(listing.error());
    }
    if (listing->nodes.size() != fabric.nodes.size() || listing->links.size() != fabric.links.size()) {
        giveUp({ErrorCode::Failed, QStringLiteral("The fabric is not complete.")});
    }
}

struct Process {
    qint64 pid = 0;
    double megabytes = 0; ///< Proportional set size: shared pages count in parts.
};

double proportionalMegabytes(qint64 pid) {
    QFile file(QStringLiteral("/proc/%1/smaps_rollup").arg(pid));
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.startsWith("Pss:")) {
            return line.mid(4).trimmed().split(' ').first().toDouble() / 1024;
        }
    }
    return 0;
}

QList<qint64> childrenOf(qint64 pid) {
    QFile file(QStringLiteral("/proc/%1/task/%1/children").arg(pid));
    QList<qint64> children;
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray& child : file.readAll().simplified().split(' ')) {
            if (!child.isEmpty()) {
                children.append(child.toLongLong());
            }
        }
    }
    return children;
}

/// The outer process and pid 1 are the lab host; pid 1's children are the nodes' inits.
void printMemory(const QString& runFolder) {
    const auto labs = engine::runningLabs(runFolder);
    if (labs.size() != 1) {
        giveUp({ErrorCode::Failed, QStringLiteral("The lab does not run.")});
    }
    double host = proportionalMegabytes(labs.front().pid);
    double nodes = 0;
    for (const qint64 pidOne : childrenOf(labs.front().pid)) {
        host += proportionalMegabytes(pidOne);
        for (const qint64 node : childrenOf(pidOne)) {
            nodes += proportionalMegabytes(node);
        }
    }
    std::printf("host_mb %.3f\nnodes_mb %.3f\n", host, nodes);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "Usage: podleaf-bench-fabric LABHOST RUN-FOLDER NODES\n");
        return 2;
    }
    const QString runFolder = QFile::decodeName(argv[2]);
    const Fabric fabric = leafSpine(static_cast<std::size_t>(std::atoi(argv[3])));
    auto driver = NamespaceEngine::open({LabId(QStringLiteral("bench")), runFolder, QFile::decodeName(argv[1]), {}, {}});
    if (!driver) {
        giveUp(driver.error());
    }
    OpContext context;
    context.deadline = Clock::now() + std::chrono::minutes(2);
    auto begin = Clock::now();
    if (auto done = (*driver)->create(context, fabric.nodes, fabric.links); !done) {
        giveUp(done.error());
    }
    const double created = msSince(begin);
    applyContents(**driver, fabric, context);
    std::printf("nodes %zu\nlinks %zu\ncreate_ms %.1f\nup_ms %.1f\n", fabric.nodes.size(), fabric.links.size(), created, msSince(begin));
    check(**driver, fabric, context);
    printMemory(runFolder);
    begin = Clock::now();
    if (auto done = (*driver)->remove(context); !done) {
        giveUp(done.error());
    }
    std::printf("down_ms %.1f\n", msSince(begin));
    return 0;
}
