#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The tutorial's lab without Podleaf: leaf1, host1 to host3, two nginx pods, built by a shell with `ip -batch`,
# nsenter and the same daemons, in parallel where nothing stands against it. It is what `podleaf up` is measured against.
#
#   tutorial.sh up      build, wait for all ten curls; the last line is "total_ms N", from nothing to the last answer
#   tutorial.sh up -n   build only
#   tutorial.sh wait    wait for the curls, print total_ms since `up` began
#   tutorial.sh down    end everything; nothing is left
#
# As root. All of it lives in one pid and one mount namespace held by one process, with its own /run/netns, /run/frr
# and /var/tmp/frr, so it meets nothing else on the machine and goes with that process, whatever happens.
# START=early lets BGP begin without bgpd's start timer of 1 s, as Podleaf's own configuration does; the default is
# the plain configuration.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
STATE=${PODLEAF_BASELINE_STATE:-/run/podleaf-baseline}
SELF=$(readlink -f "$0")
FRR=/usr/lib/frr
NODES='leaf1 host1 host2 host3 my-nginx-1 my-nginx-2'
ROUTERS='leaf1 host1 host2 host3'
DEADLINE_S=60

micros() { echo "${EPOCHREALTIME/[.,]/}"; }
phase() { printf '%8d ms  %s\n' $((($(micros) - $(<"$STATE/start")) / 1000)) "$*"; }
enter() { # NODE COMMAND…
  local node=$1
  shift
  nsenter --net="/run/netns/$node" "$@"
}

# --- outside -------------------------------------------------------------------------------------------

holder() { [ -s "$STATE/holder" ] && cat "$STATE/holder"; }
inside() { # runs this script again inside the holder's namespaces
  local pid
  pid=$(holder) && [ -d "/proc/$pid" ] || { echo "The baseline lab is not up." >&2; return 1; }
  nsenter --mount="/proc/$pid/ns/mnt" --pid="/proc/$pid/ns/pid_for_children" "$SELF" "$@"
}

up() {
  [ "$(id -u)" = 0 ] || { echo "Only root can build the baseline lab." >&2; return 1; }
  [ ! -e "$STATE" ] || { echo "$STATE exists: take the lab down first." >&2; return 1; }
  mkdir -p "$STATE" && micros >"$STATE/start"
  trap 'down; exit 130' INT TERM
  mkfifo "$STATE/held"
  unshare --mount --propagation private --pid --fork --mount-proc --kill-child=KILL "$SELF" __hold </dev/null >"$STATE/holder.log" 2>&1 &
  echo $! >"$STATE/holder"
  disown
  read -r _ <"$STATE/held"
  if inside __build && { [ "${1:-}" = -n ] || inside __wait; }; then return 0; fi
  echo "The baseline lab did not come up; its logs were:" >&2
  tail -n 5 "$STATE"/*/*.log >&2
  down
  return 1
}

down() {
  local pid
  if pid=$(holder) && kill -KILL "$pid" 2>/dev/null; then
    tail --pid="$pid" -s 0.01 -f /dev/null # the kernel ends the namespaces' processes with it
  fi
  if [ -s "$STATE/made" ]; then xargs rmdir --ignore-fail-on-non-empty <"$STATE/made"; fi
  rm -rf "$STATE"
}

# --- inside --------------------------------------------------------------------------------------------

hold() {
  for folder in /run/netns /run/frr /var/tmp/frr; do
    [ -d "$folder" ] || { mkdir -p "$folder" && echo "$folder" >>"$STATE/made"; }
    mount -t tmpfs baseline "$folder"
  done
  chown frr:frr /run/frr /var/tmp/frr
  echo held >"$STATE/held"
  sleep infinity &
  while :; do wait; done
}

links() {
  for n in $NODES; do echo "netns add $n"; done | ip -batch -
  {
    for h in 1 2 3; do echo "link add eth1 netns host$h type veth peer name swp$h netns leaf1"; done
    for p in 1 2; do echo "link add eth0 netns my-nginx-$p type veth peer name veth1 netns host$((p + 1))"; done
  } | ip -batch -
  {
    echo "link set lo up"
    echo "addr add 10.255.0.1/32 dev lo"
    for h in 1 2 3; do
      echo "addr add 172.16.0.$((4 * h - 3))/30 dev swp$h"
      echo "link set swp$h up"
    done
  } | ip -n leaf1 -batch - &
  for h in 1 2 3; do
    {
      echo "link set lo up"
      echo "link set eth1 up"
      echo "link add cbr0 type bridge forward_delay 0 stp_state 0"
      echo "addr add 10.20.$((h - 1)).1/24 dev cbr0"
      echo "link set cbr0 up"
      [ $h = 1 ] || echo "link set veth1 master cbr0 up"
    } | ip -n host$h -batch - &
  done
  for p in 1 2; do
    {
      echo "link set lo up"
      echo "addr add 10.20.$p.10/24 dev eth0"
      echo "link set eth0 up"
      echo "route add default via 10.20.$p.1"
    } | ip -n my-nginx-$p -batch - &
  done
  for n in $ROUTERS; do
    enter "$n" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
      echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
      echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter' &
  done
  wait
}

bgp_config() { # ASN ROUTER-ID ORIGINATE NEIGHBOUR…
  local asn=$1 id=$2 originate=$3
  shift 3
  echo "frr defaults datacenter
log timestamp precision 3
ip prefix-list FABRIC seq 5 permit 10.20.0.0/16 ge 24 le 24
ip prefix-list FABRIC seq 10 permit 10.255.0.0/24 ge 32 le 32
route-map FABRIC permit 10
 match ip address prefix-list FABRIC
exit
router bgp $asn
 bgp router-id $id
 no bgp ebgp-requires-policy"
  [ "${START:-}" != early ] || echo " no bgp default ipv4-unicast"
  echo " coalesce-time 0
 timers bgp 1 3"
  for neighbour; do
    echo " neighbor $neighbour remote-as external
 neighbor $neighbour timers connect 1"
  done
  echo " address-family ipv4 unicast
  $originate"
  for neighbour; do
    echo "  neighbor $neighbour prefix-list FABRIC in
  neighbor $neighbour prefix-list FABRIC out
  neighbor $neighbour activate"
  done
  echo " exit-address-family
exit"
}

configs() {
  local w=$STATE
  for n in $NODES; do mkdir -p "$w/$n"; done
  for n in $ROUTERS; do
    echo "hostname $n" >"$w/$n/zebra.conf"
    chown frr "$w/$n" # the daemons open their logs as user frr
  done
  bgp_config 65100 10.255.0.1 "network 10.255.0.1/32" 172.16.0.2 172.16.0.6 172.16.0.10 >"$w/leaf1/bgpd.conf"
  {
    printf '%s\n' port=0 leasefile-ro dhcp-authoritative no-ping bind-interfaces no-resolv no-hosts
    for h in 1 2 3; do
      bgp_config $((4200000000 + h)) 10.20.$((h - 1)).1 "redistribute connected route-map FABRIC" 172.16.0.$((4 * h - 3)) >"$w/host$h/bgpd.conf"
      echo "interface=swp$h
dhcp-range=set:swp$h,172.16.0.$((4 * h - 2)),172.16.0.$((4 * h - 2)),255.255.255.252,12h
dhcp-option=tag:swp$h,option:router,172.16.0.$((4 * h - 3))"
    done
  } >"$w/leaf1/dnsmasq.conf"
  echo '#!/bin/sh
[ "$1" = bound ] || exit 0
printf "addr replace %s/%s dev %s\nroute replace default via %s dev %s proto dhcp\n" $ip $mask $interface $router $interface | ip -batch -' >"$w/hook"
  chmod +x "$w/hook"
  for p in 1 2; do
    local d=$w/my-nginx-$p
    mkdir -p "$d/www" && echo "hello from my-nginx-$p" >"$d/www/index.html"
    chmod 755 "$w" "$d" "$d/www"
    echo "worker_processes 1; pid $d/nginx.pid; error_log $d/error.log; events { worker_connections 64; }
http { access_log off; client_body_temp_path $d; proxy_temp_path $d; fastcgi_temp_path $d; uwsgi_temp_path $d; scgi_temp_path $d;
  server { listen 80; root $d/www; } }" >"$d/nginx.conf"
  done
}

daemon() { # NODE DAEMON ARGS…: returns when it is ready
  local n=$1 d=$2
  shift 2
  enter "$n" "$FRR/$d" -d -N "$n" -f "$STATE/$n/$d.conf" -P 0 --log "file:$STATE/$n/$d.log" --log-level info "$@" </dev/null >>"$STATE/$n/out.log" 2>&1
}

build() {
  links
  phase "namespaces, links, addresses"
  configs
  for n in $ROUTERS; do daemon "$n" zebra & done
  wait
  phase "zebra"
  for n in $ROUTERS; do daemon "$n" bgpd -M bmp & done
  wait
  phase "bgpd"
  enter leaf1 dnsmasq -C "$STATE/leaf1/dnsmasq.conf" --pid-file="$STATE/leaf1/dnsmasq.pid" --log-facility="$STATE/leaf1/dnsmasq.log" --user=root || return 1
  for h in 1 2 3; do enter host$h udhcpc -f -i eth1 -t 20 -T 1 -A 1 -s "$STATE/hook" </dev/null >"$STATE/host$h/udhcpc.log" 2>&1 & done
  for p in 1 2; do enter my-nginx-$p nginx -c "$STATE/my-nginx-$p/nginx.conf" -e "$STATE/my-nginx-$p/error.log" & nginx[p]=$!; done
  wait "${nginx[@]}"
  phase "dnsmasq, udhcpc, nginx started"
}

# Every host and every pod asks every pod; a pod asks itself as well.
curls() {
  local from p good=0
  rm -f "$STATE"/leg.*
  for from in host1 host2 host3 my-nginx-1 my-nginx-2; do
    for p in 1 2; do enter $from curl -s -m 2 -o "$STATE/leg.$from.$p" "http://10.20.$p.10/" & done
  done
  wait
  for from in host1 host2 host3 my-nginx-1 my-nginx-2; do
    for p in 1 2; do [ "$(cat "$STATE/leg.$from.$p" 2>/dev/null)" != "hello from my-nginx-$p" ] || good=$((good + 1)); done
  done
  [ $good = 10 ]
}

bgp_routes() { ip -n "$1" -4 route show proto bgp | wc -l; }

converge() {
  local n end=$(($(micros) + DEADLINE_S * 1000000))
  for n in leaf1 host1 host2 host3; do
    while [ "$(bgp_routes $n)" -lt 3 ]; do
      [ "$(micros)" -lt $end ] || { echo "$n has no BGP routes." >&2; return 1; }
      sleep 0.01
    done
    [ $n != leaf1 ] || phase "leaf1 has its routes"
  done
  phase "hosts have their routes"
  until curls; do
    [ "$(micros)" -lt $end ] || { echo "Not every curl was answered." >&2; return 1; }
  done
  phase "10 of 10 curls"
  echo "total_ms $((($(micros) - $(<"$STATE/start")) / 1000))"
}

case ${1:-} in
  up) up "${2:-}" ;;
  wait) inside __wait ;;
  down) down ;;
  __hold) hold ;;
  __build) build ;;
  __configs) configs ;; # for the lab in Mininet
  __wait) converge ;;
  *) sed -n '3,14s/^# \{0,1\}//p' "$SELF" >&2; exit 2 ;;
esac
