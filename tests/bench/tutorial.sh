#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tutorial-up: from nothing until every curl of the tutorial's test was answered, by podleaf and by the shell baseline, in turns.
# tutorial-down: from there to nothing. tutorial-rootless: tutorial-up by an ordinary user who has one id, beside the same by
# root. With tutorial-up come tutorial-up/early, beside a baseline whose BGP does not wait for bgpd's start timer, as ours does
# not; tutorial-up/cpu, the CPU seconds of all processes until then; and tutorial-up/mininet, the same lab in Mininet. Called by scripts/bench, which sets PODLEAF, RUNS and JSON.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/report.sh"
source "$here/cpu.sh"
work=$(mktemp -d)
cleanup() {
    "$PODLEAF" down tutorial >/dev/null 2>&1 || true
    "$here/baseline/tutorial.sh" down >/dev/null 2>&1 || true
    [[ ! -e $work/podleaf ]] || as_user down tutorial >/dev/null 2>&1 || true
    remove_cgroup
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

# as_user ARGUMENT…: podleaf as a user that the system does not know, so without a range of ids.
as_user() {
    env -u XDG_RUNTIME_DIR HOME="$work/home" PODLEAF_LABS="$work/labs" PODLEAF_RUN_FOLDER="$work/home/run" \
        setpriv --reuid 54321 --regid 54321 --clear-groups "$work/podleaf" "$@"
}
user_up_and_test() { as_user up tutorial && as_user test tutorial; }
prepare_user() { # copies, as the checkout may be closed to others
    chmod 755 "$work" && cp "$PODLEAF" "$PODLEAF-labhost" "$work" && cp -r "$here/../../labs" "$work/labs"
    chmod -R a+rX "$work/labs" && install -d -o 54321 -g 54321 "$work/home"
}

export -f up_and_test

make_cgroup tutorial-up/cpu
"$PODLEAF" down tutorial >/dev/null 2>&1 || true
"$here/baseline/tutorial.sh" down >/dev/null 2>&1 || true
for ((run = 0; run < RUNS; run++)); do
    timed "$work/up" counted "$work/cpu" bash -c up_and_test
    timed "$work/down" "$PODLEAF" down tutorial
    timed "$work/wall" counted "$work/baseline-cpu" "$here/baseline/tutorial.sh" up
    # The baseline's own clock stops at its last curl.
    sed -n 's/^total_ms \([0-9]*\).*/\1/p' "$work/output" | tail -n 1 >>"$work/baseline-up"
    timed "$work/baseline-down" "$here/baseline/tutorial.sh" down
    timed "$work/wall" env START=early "$here/baseline/tutorial.sh" up
    sed -n 's/^total_ms \([0-9]*\).*/\1/p' "$work/output" | tail -n 1 >>"$work/early-up"
    timed "$work/wall" "$here/baseline/tutorial.sh" down
done
if [[ " $* " == *" tutorial-rootless "* ]]; then
    prepare_user
    for ((run = 0; run < RUNS; run++)); do
        timed "$work/rootless" user_up_and_test
        timed "$work/wall" as_user down tutorial
        timed "$work/baseline-rootless" up_and_test
        timed "$work/wall" "$PODLEAF" down tutorial
    done
fi
if [[ " $* " == *" tutorial-up "* ]] && has_mininet tutorial-up/mininet; then
    for ((run = 0; run < RUNS; run++)); do
        timed "$work/wall" "$here/peers/mininet_tutorial.sh"
        sed -n 's/^total_ms \([0-9]*\).*/\1/p' "$work/output" >>"$work/mininet-up"
    done
fi
for name in "$@"; do
    case $name in
        tutorial-up)
            report "$name" 1.05 ratio baseline "$work/up" "$work/baseline-up"
            report "$name/early" 1.05 ratio early "$work/up" "$work/early-up"
            [[ ! -e $work/cpu ]] || report "$name/cpu" 1.2 value baseline "$work/cpu" "$work/baseline-cpu"
            [[ ! -e $work/mininet-up ]] || report "$name/mininet" 1.05 ratio mininet "$work/up" "$work/mininet-up" ;;
        tutorial-down) report "$name" 0.3 value baseline "$work/down" "$work/baseline-down" ;;
        tutorial-rootless) report "$name" 1.1 ratio root "$work/rootless" "$work/baseline-rootless" ;;
    esac
done
