// SPDX-License-Identifier: GPL-3.0-or-later
// Resource: a sort of objects that a cluster's API server keeps, and the names and paths of such objects. Plain values and pure
// functions; any thread.
#pragma once

#include <core/base/result.h>

#include <QJsonObject>
#include <QString>

#include <compare>

namespace podleaf::kube {

struct Resource {
    QString group;   ///< "apps"; empty for the core group.
    QString version; ///< "v1".
    QString plural;  ///< "deployments".
    QString kind;    ///< "Deployment".
    bool isNamespaced = true;

    bool operator==(const Resource&) const = default;
};

/// What an object is called within its resource. Objects that are in no namespace have none.
struct ObjectName {
    QString nameSpace;
    QString name;

    bool operator==(const ObjectName&) const = default;
    friend std::strong_ordering operator<=>(const ObjectName& a, const ObjectName& b) {
        const int order = a.nameSpace.compare(b.nameSpace);
        return (order != 0 ? order : a.name.compare(b.name)) <=> 0; // NOLINT(modernize-use-nullptr): taken for one in <=>
    }
    /// "kube-system/coredns", "host1".
    [[nodiscard]] QString toString() const;
};

/// Which objects of a resource are meant. All where it is empty.
struct Selection {
    QString nameSpace;
    QString labels; ///< A label selector, "app=nginx".
    QString fields; ///< A field selector, "spec.nodeName=host1".
};

/// "/api/v1/namespaces/kube-system/pods", percent-encoded.
QString collectionPath(const Resource& resource, const QString& nameSpace);
/// Errors: InvalidInput for a name that no object can have, and would lead to another path.
Result<QString> objectPath(const Resource& resource, const ObjectName& object);

/// The name in an object's metadata; empty strings where there is none.
ObjectName nameOf(const QJsonObject& object);
/// The version in an object's or a list's metadata.
QString resourceVersionOf(const QJsonObject& object);

} // namespace podleaf::kube
