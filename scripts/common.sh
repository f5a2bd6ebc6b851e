# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by the scripts beside it: where things are and how to build. Sourced, not run.
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}
jobs=$(nproc)

# Builds live outside the checkout, one folder per checkout.
export PODLEAF_BUILD_ROOT=${PODLEAF_BUILD_ROOT:-$cache/podleaf/build-$(sha256sum <<<"$root" | cut -c1-12)}
export CCACHE_DIR=${CCACHE_DIR:-$cache/ccache}
mkdir -p "$PODLEAF_BUILD_ROOT"

say() { printf '== %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# configure PRESET: runs CMake for a build folder that does not exist yet or is older than the presets. From the presets
# alone: a folder made with another compiler would else lose what they set.
configure() {
    local folder=$PODLEAF_BUILD_ROOT/$1
    if [[ ! -e $folder/build.ninja || CMakePresets.json -nt $folder/build.ninja ]]; then
        say "Configuring $1 in $folder"
        cmake --fresh --preset "$1" >"$PODLEAF_BUILD_ROOT/configure-$1.log" 2>&1 || { cat "$PODLEAF_BUILD_ROOT/configure-$1.log" >&2; return 1; }
        touch "$folder/build.ninja" # CMake leaves an unchanged file alone
    fi
}

# build PRESET [TARGET…]: configures and builds; nothing to do takes a second.
build() {
    local preset=$1
    shift
    configure "$preset" || return 1
    say "Building $preset${*:+ ($*)}"
    cmake --build --preset "$preset" -j "$jobs" ${*:+--target "$@"}
}
