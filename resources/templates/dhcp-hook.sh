#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# udhcpc's script on a host: the lease makes the host. Address and default route as everywhere; the AS
# number (option 224), the pod network (225) and the loopback (226) come in private options as ASCII text.
# A DHCP server is not trusted: digits, dots and one slash are all that gets past the checks here.
# udhcpc's environment: interface ip mask router hostname, opt224 opt225 opt226 in hexadecimal.
set -u
PATH=${PODLEAF_PATH:-/usr/sbin:/usr/bin:/sbin:/bin}
ROOT=${PODLEAF_ROOT:-} # only tests set this and the line above

TEMPLATE=$ROOT/usr/lib/podleaf/frr.conf.in
FRR_CONF=$ROOT/etc/frr/frr.conf
RUN=$ROOT/run/podleaf # "lease" for people and tests, "frr.conf" as bgpd has it
BGPD_VTY=$ROOT/var/run/frr/bgpd.vty
BRIDGE=cbr0
NEWLINE='
'

say() { echo "dhcp-hook: $*" >&2; }
refuse() {
  say "lease refused: $*"
  exit 1
}

# decode HEX: sets TEXT. No option we use is longer than "255.255.255.255/32".
decode() {
  TEXT='' hex=$1
  [ ${#hex} -le 36 ] || return 1
  while [ -n "$hex" ]; do
    rest=${hex#??}
    byte=${hex%"$rest"}
    case $byte in
      3[0-9]) TEXT=$TEXT${byte#3} ;;
      2[eE]) TEXT=$TEXT. ;;
      2[fF]) TEXT=$TEXT/ ;;
      *) return 1 ;;
    esac
    hex=$rest
  done
}

is_address() {
  case $1 in
    *[!0-9.]* | *.*.*.*.* | .* | *. | *..*) return 1 ;;
    *.*.*.*) ;;
    *) return 1 ;;
  esac
  OLDIFS=$IFS IFS=.
  # shellcheck disable=SC2086 # splitting at the dots is the point
  set -- $1
  IFS=$OLDIFS
  for octet in "$@"; do
    case $octet in
      [0-9] | [1-9][0-9] | 1[0-9][0-9] | 2[0-4][0-9] | 25[0-5]) ;;
      *) return 1 ;;
    esac
  done
}

is_asn() { # 1 to 4294967294 (RFC 7607, RFC 7300)
  case $1 in
    '' | 0* | *[!0-9]* | ???????????*) return 1 ;;
  esac
  [ "$1" -le 4294967294 ]
}

# split_pod_cidr PREFIX: sets BRIDGE_ADDRESS, the first address of the network, with the length.
split_pod_cidr() {
  network=${1%/*} length=${1#*/}
  [ "$network/$length" = "$1" ] && is_address "$network" || return 1
  case $length in
    [89] | 1[0-9] | 2[0-9] | 30) ;;
    *) return 1 ;;
  esac
  last=${network##*.}
  [ $((last % 4)) -eq 0 ] || return 1
  BRIDGE_ADDRESS=${network%.*}.$((last + 1))/$length
}

# The lease, checked, in ADDRESS GATEWAY ASN POD_CIDR LOOPBACK; the last three may be empty.
read_lease() {
  is_address "${ip:-}" || refuse "address"
  case ${mask:-} in
    [1-9] | [12][0-9] | 3[0-2]) ADDRESS=$ip/$mask ;;
    *) refuse "netmask" ;;
  esac
  GATEWAY=${router:-}
  GATEWAY=${GATEWAY%% *}
  is_address "$GATEWAY" || refuse "router"
  ASN='' POD_CIDR='' LOOPBACK='' BRIDGE_ADDRESS=''
  if [ -n "${opt224:-}" ]; then
    decode "$opt224" && is_asn "$TEXT" || refuse "option 224 is not an AS number"
    ASN=$TEXT
  fi
  if [ -n "${opt225:-}" ]; then
    decode "$opt225" && split_pod_cidr "$TEXT" || refuse "option 225 is not a pod network"
    POD_CIDR=$TEXT
  fi
  if [ -n "${opt226:-}" ]; then
    decode "$opt226" && is_address "$TEXT" || refuse "option 226 is not an address"
    LOOPBACK=$TEXT
  fi
}

# The routing configuration of this lease, in ROUTING. No process is started for it: three hosts come up at
# the same moment as their daemons do.
render_routing() {
  ROUTING='' router_id=${LOOPBACK:-${BRIDGE_ADDRESS%/*}}
  while IFS= read -r line; do
    case $line in
      *@ASN@*) line=${line%%@*}$ASN${line##*@} ;;
      *@ROUTER_ID@*) line=${line%%@*}${router_id:-$ip}${line##*@} ;;
      *@GATEWAY@*) line=${line%%@*}$GATEWAY${line##*@} ;;
    esac
    ROUTING=$ROUTING$line$NEWLINE
  done <"$TEMPLATE"
}

# What the last lease made, in OLD_ROUTING; empty when this is the first.
read_old_routing() {
  OLD_ROUTING=''
  [ -s "$RUN/frr.conf" ] || return 0
  while IFS= read -r line; do
    OLD_ROUTING=$OLD_ROUTING$line$NEWLINE
  done <"$RUN/frr.conf"
}

# A running bgpd gets the new lines one by one; one that has not opened its vty yet has not read its file
# either, and will read what was just written.
push_routing() {
  [ -S "$BGPD_VTY" ] || return 0
  set -- -c 'configure terminal'
  [ -z "$OLD_ROUTING" ] || set -- "$@" -c 'no router bgp'
  inside=''
  while IFS= read -r line; do
    case $line in
      'router bgp '*) inside=yes ;;
      '' | '!'*) continue ;;
    esac
    [ -z "$inside" ] || set -- "$@" -c "$line"
  done <"$RUN/frr.conf"
  vtysh -d bgpd "$@" >&2
}

# BGP comes before the link's address, on purpose: a neighbour that is not reachable yet is tried in the
# moment its next hop appears, where a neighbour added later would wait for bgpd's start timer (1 s).
change_routing() {
  {
    [ -z "$OLD_ROUTING" ] || for device in "$interface" lo "$BRIDGE"; do echo "address flush dev $device scope global"; done
    [ -z "$LOOPBACK" ] || echo "address replace $LOOPBACK/32 dev lo"
    [ -z "$BRIDGE_ADDRESS" ] || echo "address replace $BRIDGE_ADDRESS dev $BRIDGE"
  } | ip -batch -
  printf '%s' "$ROUTING" >"$RUN/frr.conf.new"
  mv "$RUN/frr.conf.new" "$RUN/frr.conf"
  printf '%s' "$ROUTING" >"$FRR_CONF"
  push_routing || say "bgpd did not take the configuration"
}

# A name is for people only (option 12), so a bad one is passed over.
take_hostname() {
  case ${hostname:-} in
    '' | -* | *- | *[!a-z0-9-]* | ????????????????????????????????????????????????????????????????*) ;;
    *) echo "$hostname" >"$ROOT/etc/hostname" ;;
  esac
}

bound() {
  read_lease
  [ -d "$RUN" ] || mkdir -p "$RUN"
  take_hostname
  printf 'interface=%s\naddress=%s\ngateway=%s\nasn=%s\npod-cidr=%s\nloopback=%s\n' \
    "$interface" "$ADDRESS" "$GATEWAY" "$ASN" "$POD_CIDR" "$LOOPBACK" >"$RUN/lease"
  if [ -n "$ASN" ]; then
    render_routing
    read_old_routing
    [ "$ROUTING" = "$OLD_ROUTING" ] || change_routing
  else
    say "no AS number in the lease (option 224), so no BGP"
  fi
  printf 'address replace %s dev %s\nroute replace default via %s dev %s proto dhcp\n' \
    "$ADDRESS" "$interface" "$GATEWAY" "$interface" | ip -batch -
  say "$1 $ADDRESS gateway $GATEWAY as ${ASN:--} pods ${POD_CIDR:--}"
}

# BGP is left alone: it sees that the address is gone, and goes on when it is back.
deconfigured() {
  [ -e "$RUN/lease" ] || return 0
  rm -f "$RUN/lease"
  printf 'address flush dev %s scope global\nroute flush dev %s proto dhcp\n' "$interface" "$interface" | ip -batch -
}

case ${1:-} in
  bound | renew) bound "$1" ;;
  deconfig) deconfigured ;;
  leasefail | nak) say "$1 ${message:-}" ;;
esac
