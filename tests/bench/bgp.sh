#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# bgp-64: `podleaf up` of 64 real routers (zebra and bgpd each) in a leaf-spine of 240 cables, from nothing until
# every kernel has a route to every other loopback: they are counted in the kernels when `up` returns. Called by
# scripts/bench, which sets PODLEAF, RUNS and JSON.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/report.sh"
source "$here/sandbox.sh"
source "$here/cpu.sh"
enter_sandbox "$@"
work=$(mktemp -d)
trap remove_cgroup EXIT
make_cgroup bgp-64/cpu
export PODLEAF_RUN_FOLDER=/run/podleaf-bench

# write_lab: 4 routers as spines, 60 as leaves with an uplink to each.
write_lab() {
    local leaf spine
    echo "name: bgp-64"
    echo "nodes:"
    for ((leaf = 0; leaf < 64; leaf++)); do echo "  r$leaf: {kind: router}"; done
    echo "links:"
    for ((leaf = 4; leaf < 64; leaf++)); do
        for ((spine = 0; spine < 4; spine++)); do echo "  - ends: [r$leaf:up$spine, r$spine:dn$leaf]"; done
    done
}
write_lab >"$work/lab.yaml"

# timed FILE COMMAND…: appends the milliseconds it took, to FILE-cpu those of the processors.
timed() {
    local file=$1 begin
    shift
    begin=$(now_ms)
    counted "$work/$file-cpu" "$@" >"$work/output" 2>&1 || { cat "$work/output" >&2; echo "error: failed: $*" >&2; exit 1; }
    echo $(($(now_ms) - begin)) >>"$work/$file"
}

# missing_routes COUNT: names each node whose kernel has not COUNT loopbacks of others, by a process in its network.
missing_routes() {
    local pid have
    for pid in $(pgrep -x zebra); do
        have=$(awk '$8 == "FFFFFFFF" && $2 ~ /FF0A$/' "/proc/$pid/net/route" | wc -l)
        [[ $have == "$1" ]] || echo "process $pid: $have of $1"
    done
}

for ((run = 0; run < RUNS; run++)); do
    timed up "$PODLEAF" up "$work/lab.yaml"
    missing=$(missing_routes 63)
    [[ -z $missing && $(pgrep -xc zebra) == 64 ]] || { echo "error: up returned too early: $missing" >&2; exit 1; }
    timed down "$PODLEAF" down bgp-64
    settle
done
report bgp-64 4.5 value none "$work/up" /dev/null
[[ -z $cgroup ]] || report bgp-64/cpu null value none "$work/up-cpu" /dev/null
