// SPDX-License-Identifier: GPL-3.0-or-later
#include "resource.h"

#include <QCoreApplication>
#include <QUrl>

namespace podleaf::kube {

namespace {

QString encoded(const QString& segment) {
    return QString::fromLatin1(QUrl::toPercentEncoding(segment));
}

/// Kubernetes' own rule for a path segment (k8s.io/apimachinery, ValidatePathSegmentName).
bool isSegment(const QString& name) {
    return !name.isEmpty() && name != QLatin1String(".") && name != QLatin1String("..") && !name.contains(QLatin1Char('/')) &&
           !name.contains(QLatin1Char('%'));
}

} // namespace

QString ObjectName::toString() const {
    return nameSpace.isEmpty() ? name : nameSpace + QLatin1Char('/') + name;
}

QString collectionPath(const Resource& resource, const QString& nameSpace) {
    QString path =
        resource.group.isEmpty() ? QStringLiteral("/api/") : QStringLiteral("/apis/") + encoded(resource.group) + QLatin1Char('/');
    path += encoded(resource.version) + QLatin1Char('/');
    if (resource.isNamespaced && !nameSpace.isEmpty()) {
        path += QStringLiteral("namespaces/") + encoded(nameSpace) + QLatin1Char('/');
    }
    return path + encoded(resource.plural);
}

Result<QString> objectPath(const Resource& resource, const ObjectName& object) {
    if (!isSegment(object.name) || (resource.isNamespaced && !isSegment(object.nameSpace))) {
        return fail(ErrorCode::InvalidInput,
                    QCoreApplication::translate("Kube", "%1 is not the name of a %2.").arg(object.toString(), resource.kind));
    }
    return collectionPath(resource, object.nameSpace) + QLatin1Char('/') + encoded(object.name);
}

ObjectName nameOf(const QJsonObject& object) {
    const QJsonObject metadata = object.value(QLatin1String("metadata")).toObject();
    return {metadata.value(QLatin1String("namespace")).toString(), metadata.value(QLatin1String("name")).toString()};
}

QString resourceVersionOf(const QJsonObject& object) {
    return object.value(QLatin1String("metadata")).toObject().value(QLatin1String("resourceVersion")).toString();
}

} // namespace podleaf::kube
