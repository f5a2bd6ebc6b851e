// SPDX-License-Identifier: GPL-3.0-or-later
// NamespaceEngine's connection to the lab host and the shapes of its requests. Internal to this folder; thread-safe.
#pragma once

#include "namespace_engine.h"

#include <core/channel/labhost_client.h>

#include <mutex>

namespace podleaf::engine {

using channel::LabhostClient;
using labhost::Verb;

class NamespaceEngine::Private {
public:
    NamespaceEngineSettings settings;

    [[nodiscard]] QString folder() const { return settings.runFolder + QLatin1Char('/') + settings.lab.name; }
    [[nodiscard]] QString socketPath() const { return folder() + QStringLiteral("/labhost.sock"); }
    /// The last word of a removal: whether the lab's folder is gone.
    [[nodiscard]] Result<> folderGone() const;

    Result<std::shared_ptr<LabhostClient>> client(OpContext& context) {
        const std::lock_guard lock(m_mutex);
        if (m_client && !m_client->isLost()) {
            return m_client;
        }
        m_client.reset();
        auto opened = LabhostClient::open(context, socketPath());
        if (opened) {
            m_client = *opened;
        }
        return opened;
    }

    Result<std::shared_ptr<LabhostClient>> startedClient(OpContext& context);
    Result<> create(OpContext& context, const std::vector<NodeSpec>& nodes, const std::vector<LinkSpec>& links);

    /// A request whose reply says nothing but that it is done.
    template <class Request>
    Result<> order(OpContext& context, Verb verb, const Request& request, const QString& what) {
        auto connection = client(context);
        if (!connection) {
            return fail(wrapError(what, connection.error()));
        }
        auto reply = (*connection)->call(context, verb, labhost::encode(request));
        return reply ? Result<>() : fail(wrapError(what, reply.error()));
    }

    /// A request whose reply is a socket inside a node.
    template <class Request>
    Result<UniqueFd> openSocket(OpContext& context, Verb verb, const Request& request, const QString& what) {
        auto connection = client(context);
        if (!connection) {
            return fail(wrapError(what, connection.error()));
        }
        auto socket = (*connection)->askDescriptor(context, verb, labhost::encode(request));
        if (!socket) {
            return fail(wrapError(what, socket.error()));
        }
        return socket;
    }

private:
    std::mutex m_mutex;
    std::shared_ptr<LabhostClient> m_client;
};

} // namespace podleaf::engine
