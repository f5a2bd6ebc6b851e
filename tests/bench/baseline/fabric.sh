#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The bare fabric of tests/bench/fabric.cpp without Podleaf: namespaces, cables, addresses and forwarding by `ip`.
#   fabric.sh batch NODES   by `ip -batch`, its input written before the clock starts, the nodes' parts at once
#   fabric.sh each NODES    by one `ip` a step
#   fabric.sh down NODES    removes the namespaces, by one `ip -batch`
# Prints "up_ms N" or "down_ms N". As root, in a sandbox (sandbox.sh): it uses /run/netns as its own.
set -euo pipefail
nodes=$2 uplinks=4
spines=$((nodes / 16 > uplinks ? nodes / 16 : uplinks))
work=/run/baseline-fabric
mkdir -p $work

micros() { echo "${EPOCHREALTIME/[.,]/}"; }
finish() { echo "$1 $((($(micros) - $2) / 1000))"; }
dotted() { echo "$(($1 >> 24 & 255)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"; }

# Writes $work/netns, $work/links and a file of each node; $work/del for the way down.
write_batches() {
    local i u spine number=0 link=$((100 << 24 | 64 << 16)) loopback=$((10 << 24 | 255 << 16))
    rm -f $work/*
    for ((i = 0; i < nodes; i++)); do
        echo "netns add r$i" >>$work/netns
        echo "netns del r$i" >>$work/del
        printf 'link set lo up\naddr add %s/32 dev lo\n' "$(dotted $((loopback + i + 1)))" >$work/r$i
    done
    for ((i = spines; i < nodes; i++)); do
        for ((u = 0; u < uplinks; u++)); do
            spine=$(((i - spines + u) % spines))
            echo "link add up$u netns r$i type veth peer name dn$i netns r$spine" >>$work/links
            printf 'addr add %s/31 dev up%s\nlink set up%s up\n' "$(dotted $((link + 2 * number)))" $u $u >>$work/r$i
            printf 'addr add %s/31 dev dn%s\nlink set dn%s up\n' "$(dotted $((link + 2 * number + 1)))" $i $i >>$work/r$spine
            number=$((number + 1))
        done
    done
}

batch() {
    local i begin
    begin=$(micros)
    ip -batch $work/netns
    ip -batch $work/links
    for ((i = 0; i < nodes; i++)); do
        nsenter --net=/run/netns/r$i sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward; exec ip -batch $work/r$i" &
    done
    wait
    finish up_ms "$begin"
}

each() {
    local i begin step
    begin=$(micros)
    while read -r step; do ip $step; done <$work/netns
    while read -r step; do ip $step; done <$work/links
    for ((i = 0; i < nodes; i++)); do
        while read -r step; do ip -n r$i $step; done <$work/r$i
        ip netns exec r$i sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
    done
    finish up_ms "$begin"
}

down() {
    local begin
    begin=$(micros)
    ip -batch $work/del
    finish down_ms "$begin"
}

case $1 in
    batch | each) write_batches && "$1" ;;
    down) down ;;
    *) sed -n '3,7s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
