// SPDX-License-Identifier: GPL-3.0-or-later
// The cables' side of the lab host: adding, cutting and impairing them, and switching off a node at their end.
#include "lab_host.h"

#include <csignal>

namespace podleaf::labhost {

namespace {

Answer malformed() {
    return {Status::InvalidInput, "malformed request"};
}

} // namespace

Answer LabHost::noLink(const std::string& id) {
    return {Status::NotFound, "there is no link " + id.substr(0, 255)};
}

EventBody LabHost::linkEvent(const LinkInfo& link) const {
    EventBody event;
    event.type = static_cast<std::uint8_t>(EventType::LinkChanged);
    event.link = link.id;
    event.linkUp = link.up;
    event.impairments = m_impairments.read(link);
    return event;
}

Answer LabHost::addLinks(const Frame& frame) {
    const auto request = decode<AddLinks>(frame.body);
    if (!request) {
        return malformed();
    }
    std::vector<LinkInfo> added;
    Answer reply = m_fabric.add(request->links, added);
    for (const LinkInfo& link : added) {
        Answer problem = m_impairments.reapply(link);
        if (reply.status == Status::Ok && problem.status != Status::Ok) {
            reply = std::move(problem);
        }
        tellAll(linkEvent(link));
    }
    return reply;
}

Answer LabHost::setLink(const Frame& frame) {
    const auto request = decode<SetLink>(frame.body);
    if (!request) {
        return malformed();
    }
    bool changed = false;
    Answer reply = m_fabric.setLink(*request, changed);
    if (changed && reply.status == Status::Ok) {
        tellAll(linkEvent(*m_fabric.find(request->id)));
    }
    return reply;
}

Answer LabHost::removeLinks(const Frame& frame) {
    const auto request = decode<RemoveLinks>(frame.body);
    if (!request) {
        return malformed();
    }
    for (const std::string& id : request->ids) {
        if (const LinkInfo* link = m_fabric.find(id)) {
            m_impairments.forget(*link);
        }
    }
    m_fabric.remove(request->ids);
    return {};
}

Answer LabHost::setImpairment(const Frame& frame) {
    const auto request = decode<SetImpairment>(frame.body);
    if (!request) {
        return malformed();
    }
    const LinkInfo* link = m_fabric.find(request->link);
    if (link == nullptr) {
        return noLink(request->link);
    }
    Answer reply = m_impairments.set(*link, *request);
    if (reply.status == Status::Ok) {
        tellAll(linkEvent(*link));
    }
    return reply;
}

Answer LabHost::declareImpairments(const Frame& frame) {
    const auto request = decode<DeclareImpairments>(frame.body);
    if (!request) {
        return malformed();
    }
    const LinkInfo* link = m_fabric.find(request->link);
    if (link == nullptr) {
        return noLink(request->link);
    }
    Answer reply = m_impairments.declare(*link, *request);
    if (reply.status == Status::Ok) {
        tellAll(linkEvent(*link));
    }
    return reply;
}

Answer LabHost::getImpairments(const Frame& frame) const {
    const auto request = decode<LinkRequest>(frame.body);
    if (!request) {
        return malformed();
    }
    const LinkInfo* link = m_fabric.find(request->link);
    if (link == nullptr) {
        return noLink(request->link);
    }
    Answer reply;
    reply.body = encode(m_impairments.read(*link));
    return reply;
}

/// A node that goes for good takes its cables with it.
void LabHost::removeLinksOf(const std::string& node) {
    for (const LinkInfo& link : m_fabric.links()) {
        if (link.a.node == node || link.b.node == node) {
            m_impairments.forget(link);
        }
    }
    m_fabric.removeLinksOf(node);
}

/// As when a machine loses power: everything in it ends, its cables stay plugged and have no carrier.
void LabHost::powerOff(std::uint64_t client, const Frame& frame) {
    const auto request = decode<NodeRequest>(frame.body);
    Node* node = request ? findNode(request->node) : nullptr;
    const bool isOff = request && m_off.contains(request->node);
    if (node == nullptr || !node->ready) {
        answer(client, frame.header.id, Verb::PowerOff,
               isOff     ? Answer{}
               : request ? Answer{Status::NotFound, "there is no node " + request->node.substr(0, 64)}
                         : malformed());
        return;
    }
    if (Answer problem = m_fabric.unplug(request->node); problem.status != Status::Ok) {
        answer(client, frame.header.id, Verb::PowerOff, std::move(problem));
        return;
    }
    m_off.insert(request->node);
    node->removers.push_back({client, frame.header.id, Verb::PowerOff});
    ::kill(node->pid, SIGKILL); // the kernel ends everything in its pid namespace
}

} // namespace podleaf::labhost
