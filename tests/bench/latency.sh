#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How old is what `podleaf watch --json` prints? Each event is made in the node itself, by `ip`, and timed from just
# before that; beside it `ip monitor` in a node tells of the same events. Called by scripts/bench, which sets PODLEAF,
# RUNS (ten events each) and JSON.
#   cut-latency             leaf1's port to host2 is set down, until the cable's loss of carrier is printed
#   route-latency           host2 loses its pods' network, until its route's end in leaf1's kernel is printed
#   route-latency/farthest  … in host1's kernel, a BGP hop further
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/report.sh"
work=$(mktemp -d)
cleanup() {
    "$PODLEAF" down tutorial >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

# stamps PATTERN COMMAND…: the time, in microseconds, of each line of the command's that matches.
stamps() {
    local pattern=$1
    shift
    "$@" 2>/dev/null | grep --line-buffered -E "$pattern" | while read -r _; do echo "${EPOCHREALTIME/[.,]/}"; done
}
# order NODE-FD COMMAND: does it in the node's shell; prints the time just before.
order() {
    echo "echo \${EPOCHREALTIME/[.,]/}; $2" >&"$1"
    read -r -t 10 -u "$answers"
}
# await FD SINCE: the first stamp that is not before SINCE.
await() {
    local stamp=0
    while ((stamp < $2)); do
        read -r -t 10 -u "$1" stamp || return 1
    done
    echo "$stamp"
}

# measure NAME NODE-WITH-THE-SHELL BREAK MEND OURS-PATTERN MENDED-PATTERN MONITOR-NODE MONITOR-WHAT MONITOR-PATTERN
measure() {
    local name=${1//\//-} shell answers ours mended monitor begin seen told run
    mkfifo "$work/$name.shell"
    exec {answers}< <("$PODLEAF" exec tutorial "$2" -- bash <"$work/$name.shell" 2>/dev/null)
    exec {shell}>"$work/$name.shell"
    exec {ours}< <(stamps "$5" "$PODLEAF" watch tutorial --json)
    exec {mended}< <(stamps "$6" "$PODLEAF" watch tutorial --json)
    exec {monitor}< <(stamps "$9" "$PODLEAF" exec tutorial "$7" -- ip -o monitor "$8")
    for ((run = -1; run < RUNS * 10; run++)); do
        ((run >= 0)) || sleep 2 # the first one is not counted: the watchers start meanwhile
        order "$shell" "$3"
        begin=$REPLY
        seen=$(await "$ours" "$begin")
        told=$(await "$monitor" "$begin")
        if ((run >= 0)); then
            echo $((seen - begin)) >>"$work/$name"
            echo $((told - begin)) >>"$work/$name.baseline"
        fi
        order "$shell" "$4"
        await "$mended" "$REPLY" >/dev/null
    done
    exec {shell}>&- {answers}<&- {ours}<&- {mended}<&- {monitor}<&-
}

"$PODLEAF" down tutorial >/dev/null 2>&1 || true
"$PODLEAF" up tutorial >/dev/null 2>&1
address=$("$PODLEAF" exec tutorial host2 -- ip -4 -o address show dev cbr0 | awk '{print $4}')
network=$("$PODLEAF" exec tutorial host2 -- ip -4 -o route show dev cbr0 proto kernel | awk '{print $1}')
route() { echo "\"node\":\"$1\",\"prefix\":\"$network\",\"present\":$2,.*\"type\":\"route\""; }
cable() { echo "\"carrier\":$1,.*\"name\":\"intnet2\",.*\"type\":\"link\""; }
for name in "$@"; do
    case $name in
        cut-latency)
            goal=50
            measure "$name" leaf1 "ip link set swp2 down" "ip link set swp2 up" "$(cable false)" "$(cable true)" \
                leaf1 link 'swp2.* state (DOWN|LOWERLAYERDOWN)' ;;
        route-latency | route-latency/farthest)
            goal=150 node=leaf1
            [[ $name == route-latency ]] || { goal=250 node=host1; } # bgpd holds a route for 50 ms at each hop
            measure "$name" host2 "ip address del $address dev cbr0" "ip address add $address dev cbr0" "$(route "$node" false)" \
                "$(route host1 true)" "$node" route "Deleted $network" ;;
    esac
    report_latency "$name" "$goal" ip-monitor "$work/${name//\//-}" "$work/${name//\//-}.baseline"
done
