#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bgpd-reload: bgpd takes /etc/frr/frr.conf while it runs. It does not ask again by itself for routes that a prefix list
# refused before it was changed.
set -e
/usr/lib/frr/frr-reload.py --reload --daemon bgpd /etc/frr/frr.conf
vtysh -d bgpd -c 'clear bgp * soft in'
