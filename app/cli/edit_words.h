// SPDX-License-Identifier: GPL-3.0-or-later
// The words of `podleaf edit` → edits. Pure; any thread.
#pragma once

#include "fault_options.h"

#include <core/model/edits.h>

#include <QStringList>

namespace podleaf::cli {

/// The options of `podleaf edit`.
struct EditOptions {
    QStringList links; ///< --link of `add`: "leaf1:swp4", or "leaf1:swp4=eth2" with the new node's own port.
    QString name;      ///< --name of a link.
    QString asn;
    QString loopback;
    QString podCidr;
    QString dhcp;
    ImpairOptions impair; ///< Of `link impair`.
    bool dryRun = false;
};

/// Errors: InvalidInput with how it is written; NotFound where a name is none of the lab's.
Result<model::Edits> editsOf(const model::Lab& lab, const QStringList& words, const EditOptions& options);

} // namespace podleaf::cli
