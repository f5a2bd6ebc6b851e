// SPDX-License-Identifier: GPL-3.0-or-later
// A lab file with groups and notes in each style of writing.
#pragma once

#include <QByteArray>

namespace podleaf::test {

inline const QByteArray kMarked = R"(name: marked
nodes: {leaf1: {kind: leaf}, host1: {kind: host}, host2: {kind: host}, host3: {kind: host}, host4: {kind: host}}
links:
  - {name: a1, ends: [leaf1:swp1, host1:eth1]}
  - {name: a2, ends: [leaf1:swp2, host2:eth1]}
  - {name: a3, ends: [leaf1:swp3, host3:eth1]}
  - {name: a4, ends: [leaf1:swp4, host4:eth1]}
groups:
  # the first one
  - name: rack1  # left
    nodes:
      # from the top
      - leaf1
      - "host1"  # quoted
  - {name: rack2, nodes: [host2, host3]}  # in brackets
notes:
  - text: |  # as it stands
      Two lines,
      # no comment

      and a third one.
    # between
    position: [8, 16]
  - {text: "It says \"no\".", position: [-8, 300]}  # in quotes
  # the last one
  - position: [0, 0]
    text: plain words  # and a comment
workloads: {web: {}}
)";

} // namespace podleaf::test
