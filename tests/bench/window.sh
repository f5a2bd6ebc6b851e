#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The window: frames of large canvases beside an item per cable, a storm of observations, start, opening, idling, and how
# long an event in a node's kernel takes to the pixels.
# Called by scripts/bench, which sets PODLEAF, BENCH_BIN, RUNS and JSON.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/report.sh"
source "$here/sandbox.sh"
enter_sandbox "$@"
work=$(mktemp -d)
export QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8
export PODLEAF_RUN_FOLDER=/run/podleaf-bench
program=$BENCH_BIN/podleaf-bench-window programs=$(dirname "$PODLEAF")

# canvas NAME NODES GOAL [pan]: the median frame of each run.
canvas() {
    local run
    for ((run = 0; run < RUNS; run++)); do
        "$program" canvas "$2" ${4:+"$4"} >"$work/frames"
        for column in 1 2; do
            cut -d ' ' -f "$column" "$work/frames" | sort -n | sed -n "$(($(wc -l <"$work/frames") / 2))p" >>"$work/$1-$column"
        done
    done
    row "$1" ms "$3" value item-per-cable "$work/$1-1" "$work/$1-2"
}

# value FILE NAME: the value of a line that a mode printed.
value() { awk -v name="$2" '$1 == name {print $2}' "$1"; }

write_lab() {
    printf 'name: thousand\nengine: simulated\naddresses: {pods: 10.16.0.0/12}\nfabric: {spines: 16, leaves: 164, hosts-per-leaf: 5}\n'
}

for name; do
    case $name in
        canvas-1000) canvas canvas-1000 1000 16 ;;
        canvas-10000) canvas canvas-10000 10000 33 pan ;;
        event-flood)
            for ((run = 0; run < RUNS; run++)); do
                "$program" storm 12 >"$work/event-flood"
                value "$work/event-flood" longest_ms >>"$work/longest"
                value "$work/event-flood" lost >>"$work/lost"
                value "$work/event-flood" growth_mb >>"$work/growth"
            done
            row event-flood ms 50 value none "$work/longest"
            row event-flood/lost 1 0 value none "$work/lost"
            row event-flood/growth MB 64 value none "$work/growth" ;;
        open-1000)
            write_lab >"$work/lab.yaml"
            for ((run = 0; run < RUNS; run++)); do
                "$program" open "$work/lab.yaml" "$work/run" none 0 >"$work/out"
                value "$work/out" open_ms >>"$work/open"
            done
            row open-1000 ms 1000 value none "$work/open" ;;
        start-up | idle-cpu)
            if [[ ! -e $work/start ]]; then # Both rows are of the same runs.
                "$PODLEAF" up tutorial >/dev/null 2>&1
                for ((run = 0; run < RUNS; run++)); do
                    "$program" open tutorial "$PODLEAF_RUN_FOLDER" "$programs/podleaf-labhost" 10 >"$work/out"
                    value "$work/out" start_ms >>"$work/start"
                    value "$work/out" idle_percent >>"$work/idle"
                done
                "$PODLEAF" down tutorial >/dev/null 2>&1
            fi
            [[ $name != start-up ]] || row start-up ms 700 value none "$work/start"
            [[ $name != idle-cpu ]] || row idle-cpu % 2 value none "$work/idle" ;;
        event-to-pixel/*)
            "$PODLEAF" up tutorial >/dev/null 2>&1
            for ((run = 0; run < RUNS; run++)); do
                "$BENCH_BIN/podleaf-bench-pixel" "${name#*/}" 20 "$PODLEAF_RUN_FOLDER" "$programs" | sort -n >"$work/events"
                tail -n 1 "$work/events" >>"$work/${name#*/}" # Of 20 events the 99th percentile is the slowest.
            done
            "$PODLEAF" down tutorial >/dev/null 2>&1
            row "$name" ms 100 value none "$work/${name#*/}" ;;
    esac
done
