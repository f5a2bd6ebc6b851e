#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Bare fabrics, leaf-spine with four uplinks a leaf: from nothing until every cable and address is there, by the product's
# engine (podleaf-bench-fabric) and by others, in turns, in a sandbox. Called by scripts/bench, which sets BENCH_BIN (the
# folder of the release programs), RUNS and JSON.
#   fabric-64       64 nodes, 240 cables, beside `ip -batch`; rows of their own beside one `ip` a step and Mininet
#   fabric-256      256 nodes, 960 cables; fabric-256/down is the way back
#                   with /cpu: CPU seconds, ours up and down again, those of `ip -batch` only up
#   fabric-1024     1024 nodes, 3840 cables: its time a node beside that at 256
#   labhost-memory  proportional set size of the lab host with 64 nodes; labhost-memory/node: of each of 64 to 256 more
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/report.sh"
source "$here/sandbox.sh"
source "$here/cpu.sh"
enter_sandbox "$@"
work=$(mktemp -d)
trap remove_cgroup EXIT
make_cgroup "fabric-*/cpu"

# take PREFIX COMMAND…: runs it and appends each "NAME VALUE" that it prints to the file PREFIX.NAME.
take() {
    local prefix=$1 name value
    shift
    counted "$work/$prefix.cpu_ms" "$@" >"$work/output" 2>"$work/errors" || { cat "$work/output" "$work/errors" >&2; echo "error: failed: $*" >&2; exit 1; }
    while read -r name value; do echo "$value" >>"$work/$prefix.$name"; done <"$work/output"
    settle
}
ours() { take "ours-$1" "$BENCH_BIN/podleaf-bench-fabric" "$BENCH_BIN/podleaf-labhost" /run/podleaf-bench "$1"; }
batch() {
    take "batch-$1" "$here/baseline/fabric.sh" batch "$1"
    take "batch-down-$1" "$here/baseline/fabric.sh" down "$1"
}
seconds() { awk '{print $1 / 1000}' "$work/$1"; }

# beside NAME GOAL GOAL-OF BASELINE OURS-FILE BASELINE-FILE: files of milliseconds.
beside() { row "$1" s "$2" "$3" "$4" <(seconds "$5") <(seconds "$6"); }

fabric_64() {
    local run peers=(each)
    ! has_mininet fabric-64/mininet || peers+=(mininet)
    for ((run = 0; run < RUNS; run++)); do
        ours 64
        batch 64
        take each-64 "$here/baseline/fabric.sh" each 64
        take each-down-64 "$here/baseline/fabric.sh" down 64
        [[ " ${peers[*]} " != *" mininet "* ]] || take mininet-64 "$here/peers/mininet_fabric.py" 64
    done
    beside fabric-64 0.25 value ip-batch ours-64.up_ms batch-64.up_ms
    [[ -z $cgroup ]] || beside fabric-64/cpu null value ip-batch ours-64.cpu_ms batch-64.cpu_ms
    beside fabric-64/ip 0.25 value ip ours-64.up_ms each-64.up_ms
    [[ " ${peers[*]} " != *" mininet "* ]] || beside fabric-64/mininet 0.25 value mininet ours-64.up_ms mininet-64.up_ms
}

fabric_256() {
    local run
    for ((run = 0; run < RUNS; run++)); do
        ours 256
        batch 256
    done
    beside fabric-256 0.7 value ip-batch ours-256.up_ms batch-256.up_ms
    [[ -z $cgroup ]] || beside fabric-256/cpu null value ip-batch ours-256.cpu_ms batch-256.cpu_ms
    beside fabric-256/down 0.5 value ip-batch ours-256.down_ms batch-down-256.down_ms
}

# Scaled to as many nodes, so that the ratio is that of the times a node.
fabric_1024() {
    local run
    for ((run = 0; run < RUNS; run++)); do
        ours 1024
        take pair-256 "$BENCH_BIN/podleaf-bench-fabric" "$BENCH_BIN/podleaf-labhost" /run/podleaf-bench 256
    done
    row fabric-1024 s 1.5 ratio fabric-256-scaled <(seconds ours-1024.up_ms) <(awk '{print $1 * 4 / 1000}' "$work/pair-256.up_ms")
}

labhost_memory() {
    local run
    for ((run = 0; run < RUNS; run++)); do
        take memory-64 "$BENCH_BIN/podleaf-bench-fabric" "$BENCH_BIN/podleaf-labhost" /run/podleaf-bench 64
        take memory-256 "$BENCH_BIN/podleaf-bench-fabric" "$BENCH_BIN/podleaf-labhost" /run/podleaf-bench 256
    done
    row labhost-memory MB 10 value none "$work/memory-64.host_mb"
    # All of its processes: what 192 nodes more take, also in the lab host itself.
    paste "$work"/memory-{64,256}.{host,nodes}_mb | awk '{print ($3 + $4 - $1 - $2) / 192}' >"$work/per-node"
    row labhost-memory/node MB 0.1 value none "$work/per-node"
}

for name in "$@"; do
    "${name//-/_}"
done
