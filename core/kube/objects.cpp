// SPDX-License-Identifier: GPL-3.0-or-later
#include "objects.h"

#include "json_fields.h"

#include <QCoreApplication>

namespace podleaf::kube {

namespace {

using Key = QLatin1StringView;
constexpr Key kSpec("spec");
constexpr Key kStatus("status");
constexpr Key kMetadata("metadata");
constexpr Key kName("name");
constexpr Key kNamespace("namespace");
constexpr Key kReady("ready");
constexpr Key kReason("reason");
constexpr Key kMessage("message");
constexpr Key kType("type");

QString text(Key source) {
    return QString(source);
}

ObjectName readName(const JsonFields& fields) {
    return {fields.text(kNamespace), fields.text(kName)};
}

/// The object's name, if it can have it.
Result<ObjectName> nameIn(const JsonFields& object, const Resource& resource) {
    const ObjectName name = readName(object.at(kMetadata));
    if (name.name.isEmpty() || (resource.isNamespaced && name.nameSpace.isEmpty())) {
        return fail(ErrorCode::Protocol,
                    QCoreApplication::translate("Kube", "The API server sent a %1 without a name.").arg(resource.kind));
    }
    return name;
}

bool isTerminating(const JsonFields& object) {
    return object.at(kMetadata).has(Key("deletionTimestamp"));
}

/// The condition of that type; one without fields where there is none.
JsonFields conditionOf(const JsonFields& object, Key type) {
    for (const JsonFields& condition : object.at(kStatus).items(Key("conditions"))) {
        if (condition.text(kType) == type) {
            return condition;
        }
    }
    return JsonFields(QJsonObject());
}
bool holds(const JsonFields& condition) {
    return condition.text(kStatus) == Key("True");
}
bool fails(const JsonFields& condition) {
    return condition.text(kStatus) == Key("False");
}

/// A condition's message, or where it has none its reason.
QString whyOf(const JsonFields& condition) {
    const QString message = condition.text(kMessage, JsonFields::kLongestMessage);
    return message.isEmpty() ? condition.text(kReason) : message;
}

/// Texts as well as objects may be among an array's items.
std::vector<Ipv4Address> addressesIn(const QJsonArray& array) {
    std::vector<Ipv4Address> addresses;
    for (qsizetype i = 0; i < std::min(array.size(), JsonFields::kMostItems); ++i) {
        if (const auto address = Ipv4Address::parse(array.at(i).toString())) {
            addresses.push_back(*address);
        }
    }
    return addresses;
}

void addContainer(Pod& pod, const JsonFields& container) {
    constexpr int kMost = 1'000'000; // no sum of them is too large
    ++pod.containers;
    pod.readyContainers += container.isTrue(kReady) ? 1 : 0;
    pod.restarts = std::min(pod.restarts + std::min(container.number(Key("restartCount")), kMost), kMost);
}

/// Notes why a container does not run, where nothing is noted yet.
void noteWaiting(Pod& pod, const JsonFields& container) {
    const JsonFields state = container.at(Key("state"));
    const bool hasFailed = state.at(Key("terminated")).number(Key("exitCode")) != 0;
    const JsonFields why = state.at(hasFailed ? Key("terminated") : Key("waiting"));
    if (pod.waitingReason.isEmpty()) {
        pod.waitingReason = why.text(kReason);
        pod.waitingMessage = why.text(kMessage, JsonFields::kLongestMessage);
    }
}

ServicePort readPort(const JsonFields& fields) {
    return {fields.text(kName), fields.text(Key("protocol")), fields.number(Key("port")), {}, 0};
}

} // namespace

template <>
Resource resourceOf<Namespace>() {
    return {{}, text(Key("v1")), text(Key("namespaces")), text(Key("Namespace")), false};
}
template <>
Result<Namespace> decode<Namespace>(const QJsonObject& object) {
    const JsonFields fields(object);
    const auto id = nameIn(fields, resourceOf<Namespace>());
    if (!id) {
        return fail(id.error());
    }
    return Namespace{id->name, fields.at(kMetadata).texts(Key("labels")), isTerminating(fields)};
}

template <>
Resource resourceOf<Node>() {
    return {{}, text(Key("v1")), text(Key("nodes")), text(Key("Node")), false};
}
template <>
Result<Node> decode<Node>(const QJsonObject& object) {
    const JsonFields fields(object);
    const auto id = nameIn(fields, resourceOf<Node>());
    if (!id) {
        return fail(id.error());
    }
    const JsonFields ready = conditionOf(fields, Key("Ready"));
    Node node;
    node.name = id->name;
    node.isReady = holds(ready);
    node.reason = node.isReady ? QString() : whyOf(ready);
    node.podCidr = Ipv4Prefix::parse(fields.at(kSpec).text(Key("podCIDR")));
    node.isUnschedulable = fields.at(kSpec).isTrue(Key("unschedulable"));
    for (const JsonFields& each : fields.at(kStatus).items(Key("addresses"))) {
        const auto address = each.address(Key("address"));
        if (address && each.text(kType) == Key("InternalIP")) {
            node.addresses.push_back(*address);
        }
    }
    return node;
}

template <>
Resource resourceOf<Pod>() {
    return {{}, text(Key("v1")), text(Key("pods")), text(Key("Pod"))};
}
template <>
Result<Pod> decode<Pod>(const QJsonObject& object) {
    const JsonFields fields(object);
    const auto id = nameIn(fields, resourceOf<Pod>());
    if (!id) {
        return fail(id.error());
    }
    const JsonFields status = fields.at(kStatus);
    Pod pod;
    pod.id = *id;
    pod.node = fields.at(kSpec).text(Key("nodeName"));
    pod.isHostNetwork = fields.at(kSpec).isTrue(Key("hostNetwork"));
    pod.ip = status.address(Key("podIP"));
    pod.phase = status.text(Key("phase"));
    pod.isReady = holds(conditionOf(fields, Key("Ready")));
    pod.isTerminating = isTerminating(fields);
    pod.labels = fields.at(kMetadata).texts(Key("labels"));
    for (const JsonFields& container : status.items(Key("initContainerStatuses"))) {
        noteWaiting(pod, container); // while one of these runs, the others wait for it
    }
    for (const JsonFields& container : status.items(Key("containerStatuses"))) {
        addContainer(pod, container);
        noteWaiting(pod, container);
    }
    const JsonFields scheduled = conditionOf(fields, Key("PodScheduled"));
    if (fails(scheduled)) {
        pod.unschedulable = whyOf(scheduled);
    }
    return pod;
}

template <>
Resource resourceOf<Service>() {
    return {{}, text(Key("v1")), text(Key("services")), text(Key("Service"))};
}
template <>
Result<Service> decode<Service>(const QJsonObject& object) {
    const JsonFields fields(object);
    const auto id = nameIn(fields, resourceOf<Service>());
    if (!id) {
        return fail(id.error());
    }
    const JsonFields spec = fields.at(kSpec);
    Service service{*id, spec.text(kType), spec.address(Key("clusterIP")), {}, spec.texts(Key("selector"))};
    for (const JsonFields& each : spec.items(Key("ports"))) {
        ServicePort port = readPort(each);
        const int number = each.number(Key("targetPort"));
        port.targetPort = number > 0 ? QString::number(number) : each.text(Key("targetPort"));
        port.nodePort = each.number(Key("nodePort"));
        service.ports.push_back(std::move(port));
    }
    return service;
}

template <>
Resource resourceOf<EndpointSlice>() {
    return {text(Key("discovery.k8s.io")), text(Key("v1")), text(Key("endpointslices")), text(Key("EndpointSlice"))};
}
template <>
Result<EndpointSlice> decode<EndpointSlice>(const QJsonObject& object) {
    const JsonFields fields(object);
    const auto id = nameIn(fields, resourceOf<EndpointSlice>());
    if (!id) {
        return fail(id.error());
    }
    EndpointSlice slice;
    slice.id = *id;
    slice.service = fields.at(kMetadata).at(Key("labels")).text(Key("kubernetes.io/service-name"));
    for (const JsonFields& port : fields.items(Key("ports"))) {
        slice.ports.push_back(readPort(port));
    }
    for (const JsonFields& each : fields.items(Key("endpoints"))) {
        const JsonFields target = each.at(Key("targetRef"));
        const bool isPod = target.text(Key("kind")) == Key("Pod");
        slice.endpoints.push_back({addressesIn(each.array(Key("addresses"))), each.at(Key("conditions")).isTrue(kReady),
                                   each.text(Key("nodeName")), isPod ? readName(target) : ObjectName()});
    }
    return slice;
}

template <>
Resource resourceOf<Deployment>() {
    return {text(Key("apps")), text(Key("v1")), text(Key("deployments")), text(Key("Deployment"))};
}
template <>
Result<Deployment> decode<Deployment>(const QJsonObject& object) {
    const JsonFields fields(object);
    const auto id = nameIn(fields, resourceOf<Deployment>());
    if (!id) {
        return fail(id.error());
    }
    const JsonFields status = fields.at(kStatus);
    Deployment deployment{*id,
                          fields.at(kSpec).number(Key("replicas")),
                          status.number(Key("updatedReplicas")),
                          status.number(Key("readyReplicas")),
                          status.number(Key("availableReplicas")),
                          {}};
    for (const Key type : {Key("Progressing"), Key("Available")}) {
        const JsonFields condition = conditionOf(fields, type);
        if (deployment.reason.isEmpty() && fails(condition)) {
            deployment.reason = whyOf(condition);
        }
    }
    return deployment;
}

template <>
Resource resourceOf<DaemonSet>() {
    return {text(Key("apps")), text(Key("v1")), text(Key("daemonsets")), text(Key("DaemonSet"))};
}
template <>
Result<DaemonSet> decode<DaemonSet>(const QJsonObject& object) {
    const JsonFields fields(object);
    const auto id = nameIn(fields, resourceOf<DaemonSet>());
    if (!id) {
        return fail(id.error());
    }
    const JsonFields status = fields.at(kStatus);
    return DaemonSet{*id, status.number(Key("desiredNumberScheduled")), status.number(Key("updatedNumberScheduled")),
                     status.number(Key("numberReady"))};
}

template <>
Resource resourceOf<NetworkPolicy>() {
    return {text(Key("networking.k8s.io")), text(Key("v1")), text(Key("networkpolicies")), text(Key("NetworkPolicy"))};
}
template <>
Result<NetworkPolicy> decode<NetworkPolicy>(const QJsonObject& object) {
    const auto id = nameIn(JsonFields(object), resourceOf<NetworkPolicy>());
    return id ? Result<NetworkPolicy>(NetworkPolicy{*id, object}) : fail(id.error());
}

template <>
Resource resourceOf<Event>() {
    return {{}, text(Key("v1")), text(Key("events")), text(Key("Event"))};
}
template <>
Result<Event> decode<Event>(const QJsonObject& object) {
    const JsonFields fields(object);
    const auto id = nameIn(fields, resourceOf<Event>());
    if (!id) {
        return fail(id.error());
    }
    const JsonFields involved = fields.at(Key("involvedObject"));
    return Event{*id,
                 fields.text(kType) == Key("Warning"),
                 fields.text(kReason),
                 fields.text(kMessage, JsonFields::kLongestMessage),
                 involved.text(Key("kind")),
                 readName(involved),
                 std::max(fields.number(Key("count")), 1)};
}

} // namespace podleaf::kube
