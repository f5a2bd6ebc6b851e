#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Starts bgpd on a host with what the last lease said, so that a bgpd started again has its neighbour back
# without waiting for DHCP. Before the first lease, frr.conf is as it was rendered: no neighbour.
# The lock is the hook's: a lease that comes now waits, and then finds bgpd about to read what it writes.
if [ -s /run/podleaf/frr.conf ]; then
  exec 9>/run/podleaf/lock
  flock 9
  cp /run/podleaf/frr.conf /etc/frr/frr.conf
  exec 9>&-
fi
exec /usr/lib/frr/bgpd "$@"
