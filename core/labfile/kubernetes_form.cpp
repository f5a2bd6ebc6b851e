// SPDX-License-Identifier: GPL-3.0-or-later
#include "kubernetes_form.h"

namespace podleaf::labfile {

ItemFields kubernetesFields(const model::Kubernetes& cluster) {
    return {{QStringLiteral("version"), cluster.version},
            {QStringLiteral("control-plane"), cluster.controlPlane.name},
            {QStringLiteral("services"), cluster.services.length == 0 ? QString() : cluster.services.toString()}};
}

} // namespace podleaf::labfile
