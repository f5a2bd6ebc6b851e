// SPDX-License-Identifier: GPL-3.0-or-later
// A small valid lab file that tests vary, and what the parser told of one as text.
#pragma once

#include <core/labfile/labfile.h>

#include <QByteArray>
#include <QStringList>

namespace podleaf::test {

/// A valid lab that tables vary: a leaf, two hosts, one workload, one test.
inline const QByteArray kBase = R"(name: small
nodes:
  leaf1: {kind: leaf}
  host1: {kind: host}
  host2: {kind: host}
links:
  - {name: cable1, ends: [leaf1:swp1, host1:eth1]}
  - {name: cable2, ends: [leaf1:swp2, host2:eth1]}
workloads:
  web: {image: nginx, replicas: 2}
tests:
  web: {from: [hosts, pods], to: web}
)";

/// kBase with its line `line` (from 1) replaced.
inline QByteArray withLine(int line, const QByteArray& text) {
    QList<QByteArray> lines = kBase.split('\n');
    lines[line - 1] = text;
    return lines.join('\n');
}

/// "line:column message | hint", one finding a line; warnings have a "?" before the message.
inline QString told(const model::Findings& findings) {
    QStringList lines;
    for (const model::Finding& finding : findings) {
        const QString mark = finding.severity == model::Severity::Warning ? QStringLiteral("? ") : QString();
        const QString hint = finding.hint.isEmpty() ? QString() : QStringLiteral(" | ") + finding.hint;
        lines << QStringLiteral("%1:%2 ").arg(finding.line).arg(finding.column) + mark + finding.message + hint;
    }
    return lines.join(QLatin1Char('\n'));
}

inline QString told(const QByteArray& text) {
    return told(labfile::parse(text).findings);
}

} // namespace podleaf::test
