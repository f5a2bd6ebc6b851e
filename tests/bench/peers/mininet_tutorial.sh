#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The tutorial's lab in Mininet, in a sandbox: with the daemons' configuration that the shell baseline writes, with BGP
# started early as Podleaf's own does. Addresses are given by Mininet, which is its way and quicker than DHCP. Prints
# "total_ms N": from nothing, the configuration apart, until all ten curls were answered.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../sandbox.sh"
enter_sandbox
export PODLEAF_BASELINE_STATE=/run/podleaf-baseline
mkdir $PODLEAF_BASELINE_STATE
START=early "$here/../baseline/tutorial.sh" __configs
"$here/mininet_tutorial.py" $PODLEAF_BASELINE_STATE
