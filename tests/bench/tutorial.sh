#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tutorial-up: from nothing until every curl of the tutorial's test was answered, by podleaf and by the shell baseline, in turns.
# tutorial-down: from there to nothing. Called by scripts/bench, which sets PODLEAF, RUNS and JSON.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/report.sh"
work=$(mktemp -d)
cleanup() {
    "$PODLEAF" down tutorial >/dev/null 2>&1 || true
    "$here/baseline/tutorial.sh" down >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT

# timed FILE COMMAND…: appends the milliseconds it took; on failure shows what it said and ends the benchmark.
timed() {
    local file=$1 begin
    shift
    begin=$(now_ms)
    if ! "$@" >"$work/output" 2>&1; then
        cat "$work/output" >&2
        echo "error: failed: $*" >&2
        exit 1
    fi
    echo $(($(now_ms) - begin)) >>"$file"
}
up_and_test() { "$PODLEAF" up tutorial && "$PODLEAF" test tutorial; }

"$PODLEAF" down tutorial >/dev/null 2>&1 || true
"$here/baseline/tutorial.sh" down >/dev/null 2>&1 || true
for ((run = 0; run < RUNS; run++)); do
    timed "$work/up" up_and_test
    timed "$work/down" "$PODLEAF" down tutorial
    timed "$work/wall" "$here/baseline/tutorial.sh" up
    # The baseline's own clock stops at its last curl.
    sed -n 's/^total_ms \([0-9]*\).*/\1/p' "$work/output" | tail -n 1 >>"$work/baseline-up"
    timed "$work/baseline-down" "$here/baseline/tutorial.sh" down
done
for name in "$@"; do
    report "$name" 1.1 baseline "$work/${name#tutorial-}" "$work/baseline-${name#tutorial-}"
done
