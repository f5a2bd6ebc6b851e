# SPDX-License-Identifier: GPL-3.0-or-later
# CPU time of everything that a command starts, daemons and what has ended included: the kernel adds it up for a control
# group. It tells more than the clock on a machine that others use, too. Sourced by the benchmarks.
# shellcheck shell=bash
cgroup=

# make_cgroup NAME: a group of our own, in either version of control groups; else says why the row NAME is left out.
make_cgroup() {
    local parent=/sys/fs/cgroup
    [[ -e $parent/cgroup.controllers ]] || parent=$parent/cpuacct
    cgroup=$(mktemp -d "$parent/bench-podleaf-XXXXXX" 2>/dev/null) ||
        echo "skipped $1: no control group can be made in $parent" >&2
}
remove_cgroup() {
    [[ -z $cgroup ]] || rmdir "$cgroup"
}
cpu_ms() {
    if [[ -e $cgroup/cpuacct.usage ]]; then
        echo $(($(<"$cgroup/cpuacct.usage") / 1000000))
    else
        awk '$1 == "usage_usec" { print int($2 / 1000) }' "$cgroup/cpu.stat"
    fi
}
# counted FILE COMMAND…: in the group, if there is one; appends the CPU milliseconds it took.
counted() {
    local file=$1 begin
    shift
    [[ -n $cgroup ]] || { "$@"; return; }
    begin=$(cpu_ms)
    (echo $BASHPID >"$cgroup/cgroup.procs" && exec "$@") || return 1
    echo $(($(cpu_ms) - begin)) >>"$file"
}
