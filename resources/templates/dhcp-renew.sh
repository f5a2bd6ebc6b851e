#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dhcp-renew PORT: makes the port's DHCP client ask again, and returns when its hook has done what the answer says.
set -u
port=$1
lease=/run/podleaf/leases/$port
before=$(stat -c %y "$lease" 2>/dev/null)
pkill -USR1 -f "^/usr/sbin/udhcpc -f -i $port " || { echo "no DHCP client runs on $port" >&2; exit 1; }
tries=100
while [ "$(stat -c %y "$lease" 2>/dev/null)" = "$before" ] || ! grep -q ' up$' "$lease"; do
  tries=$((tries - 1))
  [ $tries -gt 0 ] || { echo "no lease came on $port in 10 s" >&2; exit 1; }
  sleep 0.1
done
flock /run/podleaf/lock true # the hook holds it until it has ended
