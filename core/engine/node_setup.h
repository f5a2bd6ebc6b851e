// SPDX-License-Identifier: GPL-3.0-or-later
// What an engine without an init system or guest kernel of its own (namespaces) offers beside Engine:
// delivering a blueprint, running services, and netlink sockets of a node. Thread-safe, blocking.
#pragma once

#include <core/base/ids.h>
#include <core/base/ipv4.h>
#include <core/base/op_context.h>
#include <core/base/unique_fd.h>

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <vector>

namespace podleaf::engine {

struct FileSpec {
    QString path; ///< Absolute, as the node sees it; missing folders are made.
    QByteArray content;
    std::uint32_t mode = 0644;
    QString owner; ///< "root" or "frr".
};
struct SysctlSpec {
    QString key; ///< Dotted; "net.*" only.
    QString value;
};
struct AddressSpec {
    QString interface;
    Ipv4Prefix address;
};
struct RouteSpec {
    Ipv4Prefix destination;
    Ipv4Address via;
    Ipv4Address source = {}; ///< Preferred source of the node's own packets; 0.0.0.0 leaves it to the kernel.
};
/// All that a node holds before its services start.
struct NodeContent {
    std::vector<FileSpec> files;
    std::vector<SysctlSpec> sysctls;
    std::vector<AddressSpec> addresses;
    std::vector<RouteSpec> routes;
    QStringList goneFiles = {}; ///< What the node got earlier and must not have any more.
    std::vector<AddressSpec> goneAddresses = {};
    std::vector<RouteSpec> goneRoutes = {};
};

/// A daemon in the foreground under the node's init. Its output goes to /var/log/podleaf/NAME.log in the node.
struct ServiceSpec {
    QString name;
    QStringList argv;
    QString readySocket; ///< Unix socket path, or "tcp:PORT" on the node's loopback, or empty: running is enough.
    /// Once started, it is started again whenever it ends, until it is stopped: after a third of a second, later and later (up
    /// to ten seconds) when it keeps ending.
    bool comesBack = false;
};

/// What the processes of a node use.
struct NodeUsage {
    NodeId node;
    std::uint64_t cpuMicroseconds = 0; ///< Of all there ever were; never goes back while the node exists.
    std::uint64_t memoryBytes = 0;     ///< Resident, without the pages of files.
};

class NodeSetup {
public:
    virtual ~NodeSetup() = default;
    /// Removes what is gone, writes sysctls, addresses and routes by batched rtnetlink, then files in their order. Idempotent.
    virtual Result<> apply(OpContext& context, const NodeId& node, const NodeContent& content) = 0;
    /// Starts a service and returns when it is ready; success when it runs already.
    /// Errors: Failed (it ended; detail has its last log lines), Timeout.
    virtual Result<> startService(OpContext& context, const NodeId& node, const ServiceSpec& service) = 0;
    /// SIGTERM, then SIGKILL after a second; success when it does not run.
    virtual Result<> stopService(OpContext& context, const NodeId& node, const QString& service) = 0;
    /// Stops it where it runs; from then on nobody misses it. Success when the node never had it.
    virtual Result<> forgetService(OpContext& context, const NodeId& node, const QString& service) = 0;
    /// Sends a signal to a service's process. Errors: NotFound (it does not run).
    virtual Result<> signalService(OpContext& context, const NodeId& node, const QString& service, int signal) = 0;
    /// Names of the services that run in a node.
    virtual Result<QStringList> runningServices(OpContext& context, const NodeId& node) = 0;
    /// A NETLINK_ROUTE socket inside the node, already a member of the RTMGRP_* `groups`.
    virtual Result<UniqueFd> openNetlink(OpContext& context, const NodeId& node, std::uint32_t groups) = 0;
    /// Of every node that exists.
    virtual Result<std::vector<NodeUsage>> usage(OpContext& context) = 0;
};

} // namespace podleaf::engine
