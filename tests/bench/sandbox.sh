# SPDX-License-Identifier: GPL-3.0-or-later
# A sandbox for a benchmark: own network, mounts, processes, /run and /tmp. What peers name and delete there meets nothing
# else on the machine, and all of it goes with the benchmark. Sourced by the benchmarks.
# shellcheck shell=bash

# enter_sandbox ARGUMENT…: starts the calling script again in there, with these arguments.
enter_sandbox() {
    [[ -z ${IN_SANDBOX:-} ]] || return 0
    exec env IN_SANDBOX=yes unshare --net --mount --propagation private --pid --fork --kill-child=KILL --mount-proc bash -c '
        for folder in /run /tmp /var/tmp; do mount -t tmpfs sandbox $folder; done
        install -d -o frr -g frr /run/frr /var/tmp/frr
        install -d /run/netns /run/lock
        ip link set lo up
        # Its shell is pid 1 and reaps; the benchmark is a child.
        "$@" & wait $!' sandbox "$(readlink -f "$0")" "$@"
}

# settle: waits until the kernel has freed the network namespaces that have ended. It does so later, in a worker of its
# own and in their order: so until one that ends now has taken its cable with it.
settle() {
    local holder deadline=$((SECONDS + 60))
    unshare --net sleep infinity &
    holder=$!
    until ip link add settle type veth peer name settle netns $holder 2>/dev/null; do
        ((SECONDS < deadline)) || return 1
    done
    kill -KILL $holder
    wait $holder 2>/dev/null || true
    while ip link show settle >/dev/null 2>&1; do
        ((SECONDS < deadline)) || return 1
        sleep 0.02
    done
}
