#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# udhcpc's script on a host: the lease makes the host. Address and default route as everywhere; the AS
# number (option 224), the pod network (225) and the loopback (226) come in private options as ASCII text.
# A cluster's host has no template of frr.conf: its router pod speaks BGP, and reads the lease.
# A DHCP server is not trusted: digits, dots and one slash are all that gets past the checks here.
# udhcpc's environment: interface ip mask router hostname, opt224 opt225 opt226 in hexadecimal.
set -u
PATH=${PODLEAF_PATH:-/usr/sbin:/usr/bin:/sbin:/bin}
ROOT=${PODLEAF_ROOT:-} # only tests set this and the line above

TEMPLATE=$ROOT/usr/lib/podleaf/frr.conf.in
FRR_CONF=$ROOT/etc/frr/frr.conf
RUN=$ROOT/run/podleaf # "lease" for people and tests, "frr.conf" as bgpd has it, "zebra.conf" as zebra has it
LEASES=$RUN/leases    # by port: its gateway, and whether the lease is "up" or "down"
PORTS=$ROOT/sys/class/net
BGPD_VTY=$ROOT/var/run/frr/bgpd.vty
ZEBRA_VTY=$ROOT/var/run/frr/zebra.vty
KEPT=$RUN/frr.conf # what the last lease made
[ -e "$TEMPLATE" ] || KEPT=$RUN/routing
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

# Ports get their leases at the same moment, and each hook builds on what the others have done.
one_at_a_time() {
  [ -d "$LEASES" ] || mkdir -p "$LEASES"
  exec 9>"$RUN/lock"
  flock 9
}

# note_lease GATEWAY up|down: keeps it, and reads those of all ports again: GATEWAYS, OTHERS without this port's,
# and NEXTHOPS of those that are up, with their number.
note_lease() {
  echo "$1 $2" >"$LEASES/$interface"
  GATEWAYS='' OTHERS='' NEXTHOPS='' UP=0
  for file in "$LEASES"/*; do
    [ -e "$PORTS/${file##*/}" ] || continue # the port has been removed
    read -r gateway state <"$file" || continue
    GATEWAYS="$GATEWAYS $gateway"
    [ "$file" = "$LEASES/$interface" ] || OTHERS="$OTHERS $gateway"
    [ "$state" = up ] || continue
    NEXTHOPS="$NEXTHOPS nexthop via $gateway dev ${file##*/}" UP=$((UP + 1))
  done
}

# The default route over all leases that are up, as a line for `ip -batch`. Its source is the loopback where there is
# one: an answer to a port's own address would not find it, because links are not announced.
default_route() {
  source=${LOOPBACK:+ src $LOOPBACK}
  case $UP in
    0) echo "route flush dev $interface proto dhcp" ;;
    1) echo "route replace default${NEXTHOPS# nexthop} proto dhcp$source" ;;
    *) echo "route replace default proto dhcp$source$NEXTHOPS" ;;
  esac
}

# render_routing GATEWAY...: the routing configuration of these leases, in ROUTING. No process is started for it:
# three hosts come up at the same moment as their daemons do.
render_routing() {
  ROUTING='' router_id=${LOOPBACK:-${BRIDGE_ADDRESS%/*}}
  if [ ! -e "$TEMPLATE" ]; then
    ROUTING="$ASN $POD_CIDR $LOOPBACK $*$NEWLINE"
    return
  fi
  while IFS= read -r line; do
    case $line in
      *@ASN@*) line=${line%%@*}$ASN${line##*@} ;;
      *@ROUTER_ID@*) line=${line%%@*}${router_id:-$ip}${line##*@} ;;
      *@POD_CIDR@*) line=${line%%@*}$POD_CIDR${line##*@} ;;
      *@GATEWAY@*)
        for gateway in "$@"; do ROUTING=$ROUTING${line%%@*}$gateway${line##*@}$NEWLINE; done
        continue
        ;;
    esac
    ROUTING=$ROUTING$line$NEWLINE
  done <"$TEMPLATE"
}

# What the last lease made, in OLD_ROUTING; empty when this is the first.
read_old_routing() {
  OLD_ROUTING=''
  [ -s "$KEPT" ] || return 0
  while IFS= read -r line; do
    OLD_ROUTING=$OLD_ROUTING$line$NEWLINE
  done <"$KEPT"
}

# A running bgpd gets the new lines one by one; one that has not opened its vty yet has not read its file
# either, and will read what was just written. A second port's neighbour is added to what is there (ADDED): the
# first one's session stays as it is. Another configuration (REPLACED) is for a new bgpd: 8.4.4 does not always survive
# a `no router bgp`, and where it does its BMP falls silent.
push_routing() {
  [ -S "$BGPD_VTY" ] || return 0
  if [ -n "$REPLACED" ]; then
    say "bgpd takes this when it is started again"
    return 0
  fi
  set -- -c 'configure terminal'
  inside=''
  while IFS= read -r line; do
    case $line in
      'router bgp '*) inside=yes ;;
      '' | '!'*) continue ;;
      ' address-family '* | ' exit-address-family' | exit) ;;
      *" neighbor $GATEWAY "*) ;;
      *) [ -z "$ADDED" ] || continue ;;
    esac
    [ -z "$inside" ] || set -- "$@" -c "$line"
  done <"$RUN/frr.conf"
  vtysh -d bgpd "$@" >&2
}

# All that the lease says of addresses, whatever has become of them, as lines for `ip -batch`.
addresses() {
  [ -z "$REPLACED" ] || for device in "$interface" lo "$BRIDGE"; do echo "address flush dev $device scope global"; done
  [ -z "$LOOPBACK" ] || echo "address replace $LOOPBACK/32 dev lo"
  [ -z "$BRIDGE_ADDRESS" ] || echo "address replace $BRIDGE_ADDRESS dev $BRIDGE"
  echo "address replace $ADDRESS dev $interface"
}

change_routing() {
  # In one step each: a bgpd that starts now reads the old file or this one. With half of it, it would have no prefix
  # lists, hence no routes, and a session all the same.
  for file in "$KEPT" "$FRR_CONF"; do
    printf '%s' "$ROUTING" >"$file.new"
    mv "$file.new" "$file"
    [ -e "$TEMPLATE" ] || return 0
  done
  push_routing || say "bgpd did not take the configuration"
}

# BGP routes have the loopback as their source. zebra refuses one that it has not seen as an address yet, so it is
# told last, and again until it has.
change_source() {
  [ -n "$LOOPBACK" ] || return 0
  conf=$(
    cat "$ROOT/etc/frr/zebra.conf" 2>/dev/null
    printf 'route-map SOURCE permit 10\n set src %s\nexit\nip protocol bgp route-map SOURCE' "$LOOPBACK"
  )
  [ "$conf" != "$(cat "$RUN/zebra.conf" 2>/dev/null)" ] || return 0
  printf '%s\n' "$conf" >"$RUN/zebra.conf"
  [ -e "$TEMPLATE" ] && [ -S "$ZEBRA_VTY" ] || return 0
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    vtysh -d zebra -c 'configure terminal' -c 'route-map SOURCE permit 10' -c "set src $LOOPBACK" -c exit \
      -c 'ip protocol bgp route-map SOURCE' >&2 && return 0
    sleep 0.1
  done
  say "zebra did not take the source $LOOPBACK"
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
  one_at_a_time
  note_lease "$GATEWAY" up
  take_hostname
  printf 'interface=%s\naddress=%s\ngateway=%s\nasn=%s\npod-cidr=%s\nloopback=%s\n' \
    "$interface" "$ADDRESS" "$GATEWAY" "$ASN" "$POD_CIDR" "$LOOPBACK" >"$RUN/lease"
  ADDED='' REPLACED=''
  # BGP comes before the addresses, on purpose: a neighbour that is not reachable yet is tried in the moment its next
  # hop appears, where a neighbour added later would wait for bgpd's start timer (1 s).
  if [ -n "$ASN" ]; then
    read_old_routing
    # shellcheck disable=SC2086 # lists of addresses
    render_routing $OTHERS
    [ -z "$OTHERS" ] || [ "$ROUTING" != "$OLD_ROUTING" ] || ADDED=yes
    # shellcheck disable=SC2086
    render_routing $GATEWAYS
    if [ "$ROUTING" != "$OLD_ROUTING" ]; then
      [ -z "$OLD_ROUTING" ] || [ -n "$ADDED" ] || REPLACED=yes
      change_routing
    fi
  else
    say "no AS number in the lease (option 224), so no BGP"
  fi
  {
    addresses
    default_route
  } | ip -batch -
  change_source
  say "$1 $ADDRESS gateway $GATEWAY as ${ASN:--} pods ${POD_CIDR:--}"
}

# BGP is left alone: it sees that the address is gone, and goes on when it is back.
deconfigured() {
  [ -e "$LEASES/$interface" ] || return 0
  one_at_a_time
  read -r gateway _ <"$LEASES/$interface"
  note_lease "$gateway" down
  LOOPBACK=''
  if read -r port <"$RUN/lease" 2>/dev/null && [ "$port" = "interface=$interface" ]; then rm -f "$RUN/lease"; fi
  while IFS= read -r line; do
    case $line in *' set src '*) LOOPBACK=${line##* } ;; esac
  done 2>/dev/null <"$RUN/zebra.conf"
  {
    echo "address flush dev $interface scope global"
    default_route
  } | ip -batch -
}

case ${1:-} in
  bound | renew) bound "$1" ;;
  deconfig) deconfigured ;;
  leasefail | nak) say "$1 ${message:-}" ;;
esac
