// SPDX-License-Identifier: GPL-3.0-or-later
// Artifacts as text and as JSON. Pure functions.
#pragma once

#include <core/artifacts/fetcher.h>

#include <QJsonObject>

#include <optional>

namespace podleaf::cli {

/// "172.7 MB".
QString sizeText(qint64 bytes);

/// One line. `source`: where it came from just now; empty: only where it came from at first.
QString artifactLine(const artifacts::Entry& entry, std::optional<artifacts::Source> source);
QJsonObject artifactJson(const artifacts::Entry& entry, std::optional<artifacts::Source> source);

QString diskText(const artifacts::DiskUse& use);
QJsonObject diskJson(const artifacts::DiskUse& use);

} // namespace podleaf::cli
