#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Starts zebra on a host with the source address that the last lease said, so that a zebra started again installs its
# routes as before. Before the first lease there is none, only what was rendered, if anything was.
for file in /run/podleaf/zebra.conf /etc/frr/zebra.conf; do
  [ ! -s $file ] || exec /usr/lib/frr/zebra -f $file "$@"
done
exec /usr/lib/frr/zebra "$@"
