// SPDX-License-Identifier: GPL-3.0-or-later
// The few sorts of Kubernetes objects that are used, as values with the few fields of theirs that are used, and their decoders.
// Texts are bounded and on one line; what is no address or no number is left out. Pure; any thread.
// (Kubernetes API reference, v1 of core, apps, discovery.k8s.io and networking.k8s.io.)
#pragma once

#include "resource.h"

#include <core/base/ipv4.h>

#include <QStringList>

#include <map>
#include <optional>
#include <vector>

namespace podleaf::kube {

using Labels = std::map<QString, QString>;

struct Namespace {
    QString name;
    Labels labels;
    bool isTerminating = false;
    bool operator==(const Namespace&) const = default;
};

struct Node {
    QString name;
    bool isReady = false;
    QString reason; ///< Why it is not ready, in the kubelet's or the controller's words.
    std::optional<Ipv4Prefix> podCidr;
    std::vector<Ipv4Address> addresses; ///< Internal ones.
    bool isUnschedulable = false;       ///< Cordoned.
    bool operator==(const Node&) const = default;
};

struct Pod {
    ObjectName id;
    QString node; ///< Empty: on none yet.
    std::optional<Ipv4Address> ip;
    bool isHostNetwork = false; ///< Its address is its node's.
    QString phase;              ///< "Pending", "Running", "Succeeded", "Failed", "Unknown".
    bool isReady = false;
    int containers = 0;
    int readyContainers = 0;
    int restarts = 0;
    bool isTerminating = false;
    QString waitingReason;  ///< Of its first container that waits or has ended: "ImagePullBackOff", "Error".
    QString waitingMessage; ///< The same in words; may be empty.
    QString unschedulable;  ///< The scheduler's words when it finds no node.
    Labels labels;
    bool operator==(const Pod&) const = default;
};

struct ServicePort {
    QString name;
    QString protocol;
    int port = 0;
    QString targetPort; ///< A number, or a container port's name.
    int nodePort = 0;   ///< 0: none.
    bool operator==(const ServicePort&) const = default;
};
struct Service {
    ObjectName id;
    QString type;                         ///< "ClusterIP", "NodePort"…
    std::optional<Ipv4Address> clusterIp; ///< None: headless.
    std::vector<ServicePort> ports;
    Labels selector;
    bool operator==(const Service&) const = default;
};

struct Endpoint {
    std::vector<Ipv4Address> addresses;
    bool isReady = false;
    QString node;
    ObjectName pod; ///< Empty: it is something else.
    bool operator==(const Endpoint&) const = default;
};
struct EndpointSlice {
    ObjectName id;
    QString service;                ///< In the same namespace.
    std::vector<ServicePort> ports; ///< Without targetPort and nodePort.
    std::vector<Endpoint> endpoints;
    bool operator==(const EndpointSlice&) const = default;
};

struct Deployment {
    ObjectName id;
    int desired = 0;
    int updated = 0;
    int ready = 0;
    int available = 0;
    QString reason; ///< Why it is not available or does not go on.
    bool operator==(const Deployment&) const = default;
};

struct DaemonSet {
    ObjectName id;
    int desired = 0; ///< On how many nodes it should run.
    int updated = 0;
    int ready = 0;
    bool operator==(const DaemonSet&) const = default;
};

/// As it is: what it means is core/policy's to say.
struct NetworkPolicy {
    ObjectName id;
    QJsonObject object;
    bool operator==(const NetworkPolicy&) const = default;
};

struct Event {
    ObjectName id;
    bool isWarning = false;
    QString reason; ///< "FailedScheduling".
    QString message;
    QString involvedKind;
    ObjectName involved;
    int count = 1;
    bool operator==(const Event&) const = default;
};

/// What the API server calls a T.
template <class T>
Resource resourceOf() = delete;
/// An object, or an item of a list, as a T. Errors: Protocol, where it has no name.
template <class T>
Result<T> decode(const QJsonObject& object) = delete;

#define PODLEAF_KUBE_OBJECT(T)                                                                                                             \
    template <>                                                                                                                            \
    Resource resourceOf<T>();                                                                                                              \
    template <>                                                                                                                            \
    Result<T> decode<T>(const QJsonObject& object);
PODLEAF_KUBE_OBJECT(Namespace)
PODLEAF_KUBE_OBJECT(Node)
PODLEAF_KUBE_OBJECT(Pod)
PODLEAF_KUBE_OBJECT(Service)
PODLEAF_KUBE_OBJECT(EndpointSlice)
PODLEAF_KUBE_OBJECT(Deployment)
PODLEAF_KUBE_OBJECT(DaemonSet)
PODLEAF_KUBE_OBJECT(NetworkPolicy)
PODLEAF_KUBE_OBJECT(Event)
#undef PODLEAF_KUBE_OBJECT

} // namespace podleaf::kube
