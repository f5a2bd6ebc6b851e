#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What scripts/package-test does in its clean Debian: installs /podleaf.deb, uses everything in it, removes it again.
set -euo pipefail

step() { printf '   %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
# expect CODE COMMAND…: the command ends with that code; what it said is shown when not.
expect() {
    local code=$1 got=0
    shift
    "$@" >/tmp/said 2>&1 || got=$?
    [[ $got -eq $code ]] || { cat /tmp/said >&2; die "exit code $got, not $code: $*"; }
}
said() { grep -qF -- "$1" /tmp/said || { cat /tmp/said >&2; die "nothing was said of: $1"; }; }
apt() { expect 0 env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@"; }
# as_user WORDS…: as an ordinary user, without a terminal.
as_user() { setpriv --reuid=tester --regid=tester --init-groups --no-new-privs env HOME=/home/tester USER=tester "$@"; }
# draw FILE COMMAND…: the desktop's picture of itself is a PNG with something on it.
draw() {
    local file=$1
    shift
    rm -f "$file"
    expect 0 "$@" --size 1280x800 --screenshot "$file"
    [[ $(head -c 4 "$file" | tail -c 3) == PNG && $(stat -c %s "$file") -gt 20000 ]] || die "$file is no picture of a window"
}
# use COMMAND…: a whole life of the tutorial, each podleaf run by COMMAND.
use() {
    expect 0 "$@" podleaf up tutorial
    expect 0 "$@" podleaf status tutorial
    expect 0 "$@" podleaf test tutorial
    said "All as intended."
    draw /tmp/tutorial.png "$@" env QT_QPA_PLATFORM=offscreen podleaf-desktop tutorial
    rm -f /tmp/tutorial.png
    expect 0 "$@" podleaf down tutorial
    expect 0 "$@" podleaf gc --prove
}

apt update
useradd --create-home tester
find / -xdev -path /proc -prune -o -print | sort >/tmp/before

step "apt install, what is required only"
apt install --no-install-recommends /podleaf.deb
expect 0 podleaf --version
expect 0 podleaf-desktop --version
for lab in /usr/share/podleaf/labs/*/lab.yaml; do
    expect 0 podleaf validate "$lab"
done
expect 3 podleaf doctor
said "frr"
for word in up test down; do
    expect 0 podleaf "$word" simulated
done
draw /tmp/start.png env QT_QPA_PLATFORM=offscreen podleaf-desktop
draw /tmp/simulated.png env QT_QPA_PLATFORM=offscreen podleaf-desktop simulated-1000

step "apt install, with what is recommended"
apt purge podleaf # Or it would count as there, and what it recommends as not wanted.
apt install /podleaf.deb
expect 0 podleaf doctor
expect 0 dot -V # Which arranges the canvas.
expect 0 podleaf validate tutorial
step "the tutorial, as root"
use
step "the tutorial, as an ordinary user"
use as_user

step "desktop entry, man pages, completion"
apt install --no-install-recommends desktop-file-utils man-db bash-completion
expect 0 desktop-file-validate /usr/share/applications/podleaf.desktop
[[ ! -s /tmp/said ]] || { cat /tmp/said >&2; die "the desktop entry is not without fault"; }
for page in podleaf podleaf-desktop; do
    expect 0 env MANPAGER=cat man --warnings "$page"
    said "SYNOPSIS"
done
expect 0 bash -c 'source /usr/share/bash-completion/bash_completion; _completion_loader podleaf
    COMP_WORDS=(podleaf validat); COMP_CWORD=1; _podleaf; echo "${COMPREPLY[@]}"'
said "validate"

step "apt purge"
apt purge podleaf
find / -xdev -path /proc -prune -o -print | sort >/tmp/after
# What its users keep is theirs, and man's cache is man's.
left=$(comm -13 /tmp/before /tmp/after | grep -i podleaf | grep -v -e '^/home/' -e '^/root/' -e '^/tmp/' -e '^/var/cache/man/' || true)
[[ -z $left ]] || die "this is left: $left"
