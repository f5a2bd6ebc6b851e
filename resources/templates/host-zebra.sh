#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Starts zebra on a host with the source address that the last lease said, so that a zebra started again installs its
# routes as before. Before the first lease there is none.
[ ! -s /run/podleaf/zebra.conf ] || set -- -f /run/podleaf/zebra.conf "$@"
exec /usr/lib/frr/zebra "$@"
