// SPDX-License-Identifier: GPL-3.0-or-later
// Lab files that edits are tried on, in every style of writing, and what every test of patches needs.
#pragma once

#include <core/labfile/patch.h>

#include <QFile>

namespace podleaf::test {

/// The text of a built-in lab; empty where there is none.
inline QByteArray builtin(const char* name) {
    QFile file(QStringLiteral(PODLEAF_SOURCE_DIR "/labs/%1/lab.yaml").arg(QString::fromLatin1(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The styles that a file may be written in, all in one, with a comment wherever one can be.
inline const QByteArray kMotley = R"(# before
name: motley   # the name

nodes:   # all of them
  # above leaf1
  leaf1:
    kind: leaf # a leaf
    # inside leaf1
    asn: 65100

  "host1": { kind: host }   # quoted
  'host2':
      kind: 'host'  # four blanks
      # below host2
  host3: {kind: host,   # over
          asn: 64512}   # two lines
# at the margin
links: [
  # in brackets
  {name: "a1", ends: [leaf1:swp1, "host1:eth1"]}, # first
  {name: a2, ends: ['leaf1:swp2', host2:eth1]},
  {ends: [host3:eth1, leaf1:swp3]} # no name
]

workloads:
  web:
    on:
    # where
    - host1
    -   {host: host2, address: 10.20.1.77}  # given
    - host3
    port: 8080
  api: {on: "host3", replicas: 2}
tests: {w: {to: web}}
# end)";

/// A link of each style, impaired.
inline const QByteArray kImpaired = R"(name: impaired
nodes: {leaf1: {kind: leaf}, host1: {kind: host}, host2: {kind: host}, host3: {kind: host}}
links:
  # in brackets
  - {name: a1, ends: [leaf1:swp1, host1:eth1], impairment: { loss: 5 % } }  # five
  - name: a2
    impairment:  # of the second
      loss: 2.5  # percent
      # how fast
      rate: 10mbit
      from: leaf1:swp2
    ends: [leaf1:swp2, host2:eth1]  # behind
  - name: a3
    ends: [leaf1:swp3, host3:eth1]
    impairment:
      - {loss: 1%, from: host3}
      - loss: 2%
        from: "leaf1"
workloads: {web: {}}
)";

inline model::AddNode host(const QString& name, size_t at = model::kAtEnd) {
    return {{NodeId(name), model::NodeKind::Host, 0, {}, {}, {}, {}}, at};
}

inline model::AddLink cable(const QString& name, const QString& a, const QString& b, size_t at = model::kAtEnd) {
    const auto end = [](const QString& text) {
        return model::Endpoint{NodeId(text.section(QLatin1Char(':'), 0, 0)), text.section(QLatin1Char(':'), 1)};
    };
    return {{LinkId(name), {{end(a), end(b)}}, {}, {}}, at};
}

inline QString why(const Result<labfile::Patched>& patched) {
    return patched ? QString() : describe(patched.error());
}

inline QByteArray withCarriageReturns(QByteArray text) {
    return text.replace("\n", "\r\n");
}

} // namespace podleaf::test
