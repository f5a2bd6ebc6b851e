#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Starts bgpd on a host with what the last lease said, so that a bgpd started again has its neighbour back
# without waiting for DHCP. Before the first lease, frr.conf is as it was rendered: no neighbour.
[ ! -s /run/podleaf/frr.conf ] || cp /run/podleaf/frr.conf /etc/frr/frr.conf
exec /usr/lib/frr/bgpd "$@"
