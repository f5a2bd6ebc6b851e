// SPDX-License-Identifier: GPL-3.0-or-later
// ApiClient: single requests to a cluster's API server. Each call blocks its thread, with an event loop and a connection of its
// own: for workers and the command line, never for the GUI thread. A value, for several threads at once.
#pragma once

#include "api_access.h"
#include "objects.h"

#include <core/base/op_context.h>

#include <vector>

namespace podleaf::kube {

/// How a patch says what is to be different.
enum class PatchType {
    Merge,     ///< RFC 7386; lists are replaced as a whole.
    Strategic, ///< Kubernetes' own; lists are merged by their keys.
};

/// Errors of all calls, beside those that errorOf() names: Unreachable (nobody answers), Denied (a server that is not this
/// cluster's), Protocol (an answer that makes no sense), Cancelled, Timeout.
class ApiClient {
public:
    explicit ApiClient(ApiAccess access) : m_access(std::move(access)) {}

    Result<QJsonObject> get(const OpContext& context, const Resource& resource, const ObjectName& object) const;
    /// All of the selection, page by page.
    Result<std::vector<QJsonObject>> list(const OpContext& context, const Resource& resource, const Selection& selection = {}) const;
    Result<QJsonObject> create(const OpContext& context, const Resource& resource, const QJsonObject& object) const;
    Result<QJsonObject> patch(const OpContext& context, const Resource& resource, const ObjectName& object, PatchType type,
                              const QJsonObject& change) const;
    /// Server-side apply, as the field manager "podleaf"; takes over what others had set of the same fields.
    Result<QJsonObject> apply(const OpContext& context, const Resource& resource, const QJsonObject& object) const;
    /// What hangs on the object goes after it. Errors: NotFound, too.
    Result<> remove(const OpContext& context, const Resource& resource, const ObjectName& object) const;
    /// The body that a GET of an encoded path answers: "/readyz", "/version".
    Result<QByteArray> text(const OpContext& context, const QString& path) const;

    /// list() as values. Errors: Protocol, too, for an object that makes no sense.
    template <class T>
    Result<std::vector<T>> listOf(const OpContext& context, const Selection& selection = {}) const;
    /// get() as a value.
    template <class T>
    Result<T> getOf(const OpContext& context, const ObjectName& object) const;

private:
    ApiAccess m_access;
};

template <class T>
Result<std::vector<T>> ApiClient::listOf(const OpContext& context, const Selection& selection) const {
    const auto objects = list(context, resourceOf<T>(), selection);
    if (!objects) {
        return fail(objects.error());
    }
    std::vector<T> values;
    values.reserve(objects->size());
    for (const QJsonObject& object : *objects) {
        auto value = decode<T>(object);
        if (!value) {
            return fail(std::move(value.error()));
        }
        values.push_back(*std::move(value));
    }
    return values;
}

template <class T>
Result<T> ApiClient::getOf(const OpContext& context, const ObjectName& object) const {
    const auto got = get(context, resourceOf<T>(), object);
    return got ? decode<T>(*got) : fail(got.error());
}

} // namespace podleaf::kube
