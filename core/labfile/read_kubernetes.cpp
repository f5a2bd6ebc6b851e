// SPDX-License-Identifier: GPL-3.0-or-later
// `kubernetes:` → declarations. An empty section is a cluster, too: everything in it has a default.
#include "declarations.h"
#include "field_reader.h"

#include <QCoreApplication>

namespace podleaf::labfile {

KubernetesDeclaration readKubernetes(const YamlEntry& entry, Report& report) {
    FieldReader read(report);
    KubernetesDeclaration cluster{entry.keyPlace, {}, {}, {}};
    if (read.isMap(entry, QStringLiteral("kubernetes: {control-plane: host1}"))) {
        read.fields(
            entry.value, QCoreApplication::translate("LabFile", "the cluster"),
            {{QLatin1StringView("version"), [&](const YamlEntry& e) { cluster.version = read.oneOf(e, model::kubernetesVersions()); }},
             {QLatin1StringView("control-plane"), [&](const YamlEntry& e) { cluster.controlPlane = read.word(e); }},
             {QLatin1StringView("services"), [&](const YamlEntry& e) { cluster.services = read.network(e); }}});
    }
    return cluster;
}

} // namespace podleaf::labfile
