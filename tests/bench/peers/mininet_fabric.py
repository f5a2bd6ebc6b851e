#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# The bare fabric of tests/bench/fabric.cpp in Mininet's own words: mininet_fabric.py NODES. Prints "up_ms N" and "down_ms N".
# In a sandbox only (sandbox.sh): Mininet's clean-up deletes and kills by name.
import sys
import time

from mininet.log import setLogLevel
from mininet.net import Mininet
from mininet.node import Node
from mininet.topo import Topo

UPLINKS = 4


class Router(Node):
    def config(self, **params):
        super().config(**params)
        self.cmd("sysctl -w net.ipv4.ip_forward=1")


def dotted(number):
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


class LeafSpine(Topo):
    def build(self, nodes):
        spines = max(UPLINKS, nodes // 16)
        for i in range(nodes):
            self.addNode(f"r{i}", cls=Router, ip=f"{dotted((10 << 24 | 255 << 16) + i + 1)}/32")
        number = 100 << 24 | 64 << 16
        for leaf in range(spines, nodes):
            for uplink in range(UPLINKS):
                spine = (leaf - spines + uplink) % spines
                self.addLink(f"r{leaf}", f"r{spine}", params1={"ip": f"{dotted(number)}/31"}, params2={"ip": f"{dotted(number + 1)}/31"})
                number += 2


setLogLevel("error")
begin = time.monotonic()
net = Mininet(topo=LeafSpine(nodes=int(sys.argv[1])), controller=None)
net.start()
print(f"up_ms {(time.monotonic() - begin) * 1000:.1f}")
begin = time.monotonic()
net.stop()
print(f"down_ms {(time.monotonic() - begin) * 1000:.1f}")
