#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Called by mininet_tutorial.sh: mininet_tutorial.py FOLDER, where each node's frr and nginx configuration lies.
import sys
import time

from mininet.log import setLogLevel
from mininet.net import Mininet
from mininet.node import Node
from mininet.topo import Topo

FOLDER = sys.argv[1]
ROUTERS = ["leaf1", "host1", "host2", "host3"]
PODS = ["my-nginx-1", "my-nginx-2"]
DEADLINE_S = 60


class Tutorial(Topo):
    def build(self):
        for name in ROUTERS + PODS:
            self.addNode(name, cls=Node, ip=None, inNamespace=True)
        for h in (1, 2, 3):
            self.addLink(f"host{h}", "leaf1", intfName1="eth1", intfName2=f"swp{h}",
                         params1={"ip": f"172.16.0.{4 * h - 2}/30"}, params2={"ip": f"172.16.0.{4 * h - 3}/30"})
        for p in (1, 2):
            self.addLink(f"my-nginx-{p}", f"host{p + 1}", intfName1="eth0", intfName2="veth1", params1={"ip": f"10.20.{p}.10/24"})


def at_once(commands):
    """Runs one shell line in each of the nodes, all at the same time."""
    for node, line in commands:
        node.sendCmd(line)
    return [node.waitOutput() for node, _ in commands]


def set_up(net):
    lines = []
    for name in ROUTERS:
        line = "sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0"
        if name == "leaf1":
            line += "; ip addr add 10.255.0.1/32 dev lo"
        else:
            h = int(name[-1])
            line += "; ip link add cbr0 type bridge forward_delay 0 stp_state 0"
            line += f"; ip addr add 10.20.{h - 1}.1/24 dev cbr0; ip link set cbr0 up; ip route add default via 172.16.0.{4 * h - 3}"
            line += "; ip link set veth1 master cbr0" if h > 1 else ""
        for daemon, more in (("zebra", ""), ("bgpd", "-M bmp")):
            line += f"; /usr/lib/frr/{daemon} -d -N {name} -f {FOLDER}/{name}/{daemon}.conf -P 0 {more}"
            line += f" --log file:{FOLDER}/{name}/{daemon}.log --log-level info >>{FOLDER}/{name}/out.log 2>&1"
        lines.append((net[name], line))
    for name in PODS:
        gateway = f"10.20.{name[-1]}.1"
        lines.append((net[name], f"ip route add default via {gateway}; nginx -c {FOLDER}/{name}/nginx.conf -e {FOLDER}/{name}/error.log"))
    at_once(lines)


def all_answer(net):
    asks = " ".join(f"-o {FOLDER}/$NODE.{p} http://10.20.{p}.10/" for p in (1, 2))
    at_once([(net[name], f"NODE={name}; rm -f {FOLDER}/$NODE.?; curl -Z -s -m 2 {asks}") for name in ROUTERS[1:] + PODS])
    for name in ROUTERS[1:] + PODS:
        for p in (1, 2):
            try:
                with open(f"{FOLDER}/{name}.{p}", encoding="utf-8") as answer:
                    if answer.read() != f"hello from my-nginx-{p}\n":
                        return False
            except FileNotFoundError:
                return False
    return True


def has_routes(net):
    for name in ROUTERS:
        if net[name].cmd("ip -4 route show proto bgp").count("via") < 3:
            return False
    return True


setLogLevel("error")
begin = time.monotonic()
net = Mininet(topo=Tutorial(), controller=None)
net.start()
set_up(net)
while not (has_routes(net) and all_answer(net)):
    if time.monotonic() - begin > DEADLINE_S:
        sys.exit("error: not every curl was answered")
    time.sleep(0.01)
print(f"total_ms {(time.monotonic() - begin) * 1000:.0f}")
net.stop()
