// SPDX-License-Identifier: GPL-3.0-or-later
// The key `kubernetes`: how it is written. Pure; any thread.
#pragma once

#include "canvas_form.h"

#include <core/model/kubernetes.h>

namespace podleaf::labfile {

/// All keys in the order they are written in; the value of one that is left to the file is empty.
ItemFields kubernetesFields(const model::Kubernetes& cluster);

} // namespace podleaf::labfile
