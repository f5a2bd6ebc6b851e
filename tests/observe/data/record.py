#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records what the decoders' tests are fed with, from real FRR daemons and a real kernel.

Run as root, it needs frr and iproute2 and touches nothing outside its own namespaces:
    unshare --net --mount --pid --fork --mount-proc tests/observe/data/record.py OUTDIR
Two routers: leaf (AS 65000, 172.16.1.1, bgpd with BMP) and host (AS 65001, 172.16.1.2, pods 10.20.1.0/24).
"""
import ctypes, os, signal, socket, struct, subprocess, sys, threading, time

OUT = os.path.abspath(sys.argv[1])
FRR = "/usr/lib/frr/"
libc = ctypes.CDLL(None, use_errno=True)


def sh(line):
    subprocess.run(line, shell=True, check=True, stdout=subprocess.DEVNULL)


def inside(node, make):
    """Runs make() with this thread in the node's network namespace and returns its result."""
    mine = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    theirs = os.open("/run/netns/" + node, os.O_RDONLY)
    try:
        assert libc.setns(theirs, 0) == 0
        return make()
    finally:
        libc.setns(mine, 0)
        os.close(mine)
        os.close(theirs)


def save(name, data):
    with open(os.path.join(OUT, name), "wb") as f:
        f.write(data)
    print(f"{name}: {len(data)} bytes", flush=True)


class Tap:
    """Reads a socket in the background; take() gives what came since the last call."""

    def __init__(self, sock):
        self.sock, self.data, self.lock = sock, bytearray(), threading.Lock()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                got = self.sock.recv(1 << 20)
            except OSError:
                return
            if not got:
                return
            with self.lock:
                self.data += got

    def peek(self):
        with self.lock:
            return bytes(self.data)

    def take(self):
        with self.lock:
            got, self.data = bytes(self.data), bytearray()
            return got


def until(what, condition, seconds=20):
    end = time.time() + seconds
    while not condition():
        if time.time() > end:
            sys.exit("waited in vain for " + what)
        time.sleep(0.01)
    time.sleep(0.3)  # what belongs to it and comes right after


def vty(node, *commands):
    """The raw answer to the last command, with its four trailing bytes."""
    s = socket.socket(socket.AF_UNIX)
    s.connect(f"/run/frr/{node}/bgpd.vty")
    for command in ("enable", *commands):
        s.sendall(command.encode() + b"\0")
        answer = b""
        while answer[-4:-1] != b"\0\0\0":
            answer += s.recv(65536)
    s.close()
    return answer


def established():
    return b'"bgpState":"Established"' in vty("leaf", "show bgp neighbors json")


def config(node, *lines):
    vty(node, "configure terminal", *lines, "end")


def netlink(node, groups):
    def make():
        s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        s.bind((0, groups))
        return s
    return inside(node, make)


def dump(node, message, body):
    s, got = netlink(node, 0), b""
    s.send(struct.pack("=IHHII", 16 + len(body), message, 0x301, 7, 0) + body)
    while not done(got):
        got += s.recv(1 << 20)
    return got


def done(data):
    at, kind = 0, 0
    while at + 16 <= len(data):
        length, kind = struct.unpack_from("=IH", data, at)
        at += (length + 3) & ~3
    return kind == 3


def bmp():
    for _ in range(500):  # bgpd reads its configuration, and so opens the listener, after -d has returned
        try:
            return Tap(inside("leaf", lambda: socket.create_connection(("127.0.0.1", 11019))))
        except ConnectionRefusedError:
            time.sleep(0.01)
    sys.exit("bgpd's BMP listener does not answer")


LEAF = """hostname leaf
router bgp 65000
 bgp router-id 10.255.0.1
 no bgp ebgp-requires-policy
 coalesce-time 0
 timers bgp 1 3
 neighbor 172.16.1.2 remote-as 65001
 neighbor 172.16.1.2 timers connect 1
 neighbor 172.16.1.6 remote-as 65002
 neighbor 172.16.1.6 timers connect 1
 address-family ipv4 unicast
  neighbor 172.16.1.2 soft-reconfiguration inbound
 exit-address-family
 bmp targets LAB
  bmp stats interval 1000
  bmp monitor ipv4 unicast pre-policy
  bmp monitor ipv4 unicast post-policy
  bmp listener 127.0.0.1 port 11019
 exit
"""
HOST = """hostname host
router bgp 65001
 bgp router-id 10.20.1.1
 no bgp ebgp-requires-policy
 coalesce-time 0
 timers bgp 1 3
 neighbor 172.16.1.1 remote-as 65000
 neighbor 172.16.1.1 timers connect 1
 address-family ipv4 unicast
  network 10.20.1.0/24
 exit-address-family
"""


def start(node, daemon, text, *extra):
    folder = f"/run/lab/{node}"
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o755)
    with open(f"{folder}/{daemon}.conf", "w") as f:
        f.write(text)
    sh(f"ip netns exec {node} {FRR}{daemon} -d -N {node} -f {folder}/{daemon}.conf -P 0 {' '.join(extra)} 2>/dev/null")


def pid(node, daemon):
    return int(open(f"/run/frr/{node}/{daemon}.pid").read())


def links_and_daemons():
    for place in ("/run", "/var/tmp"):
        sh(f"mount -t tmpfs tmpfs {place}")
    os.makedirs("/run/netns")
    for node in ("leaf", "host"):
        os.makedirs(f"/run/frr/{node}")
        sh(f"chown -R frr:frr /run/frr; ip netns add {node}; ip -n {node} link set lo up")
    sh("ip link add swp1 netns leaf type veth peer name eth1 netns host")
    sh("ip -n leaf addr add 172.16.1.1/30 dev swp1; ip -n leaf link set swp1 up")
    sh("ip -n host addr add 172.16.1.2/30 dev eth1; ip -n host link set eth1 up")
    sh("ip -n host link add cbr0 type bridge; ip -n host addr add 10.20.1.1/24 dev cbr0; ip -n host link set cbr0 up")
    sh("ip -n leaf link add swp2 type veth peer name x2; ip -n leaf addr add 172.16.2.1/30 dev swp2")
    sh("ip -n leaf link set swp2 up; ip -n leaf link set x2 up")
    for node in ("leaf", "host"):
        start(node, "zebra", f"hostname {node}\n")
    start("leaf", "bgpd", "hostname leaf\n", "-M", "bmp")
    save("vty_no_instance.bin", vty("leaf", "show bgp neighbors json"))
    os.kill(pid("leaf", "bgpd"), signal.SIGTERM)
    time.sleep(0.5)
    start("leaf", "bgpd", LEAF, "-M", "bmp")


def bgp_story(events):
    early = bmp()
    time.sleep(2.5)
    save("vty_never_up.bin", vty("leaf", "show bgp neighbors json"))
    save("vty_unknown_command.bin", vty("leaf", "show nonsense"))
    save("bmp_before.bin", early.take())
    events.take()
    start("host", "bgpd", HOST)
    until("established", established)
    until("the route", lambda: b"\x18\x0a\x14\x01" in early.peek())
    time.sleep(1.2)  # a statistics report
    save("bmp_up.bin", early.take())
    save("netlink_bgp_route_events.bin", events.take())
    save("vty_established.bin", vty("leaf", "show bgp neighbors json"))
    late = bmp()
    time.sleep(0.5)
    save("bmp_late.bin", late.take())
    save("netlink_links.bin", dump("leaf", 18, struct.pack("=BxHiII", 0, 0, 0, 0, 0)))
    save("netlink_addresses.bin", dump("leaf", 22, struct.pack("=BBBBi", 2, 0, 0, 0, 0)))
    save("netlink_routes.bin", dump("leaf", 26, struct.pack("=BBBBBBBBI", 2, 0, 0, 0, 0, 0, 0, 0, 0)))
    config("host", "router bgp 65001", "address-family ipv4 unicast", "no network 10.20.1.0/24")
    time.sleep(0.6)
    save("bmp_withdraw.bin", early.take())
    save("netlink_withdraw_events.bin", events.take())
    config("host", "router bgp 65001", "address-family ipv4 unicast", "network 10.20.1.0/24")
    time.sleep(0.6)
    early.take()
    config("host", "router bgp 65001", "neighbor 172.16.1.1 shutdown message back at noon")
    until("down", lambda: not established())
    save("bmp_down_notification.bin", early.take())
    save("vty_down_notification.bin", vty("leaf", "show bgp neighbors json"))
    save("bmp_late_while_down.bin", late_answer())
    return early


def late_answer():
    late = bmp()
    time.sleep(0.5)
    return late.take()


def bgp_failures(early, events):
    config("host", "router bgp 65001", "no neighbor 172.16.1.1 shutdown")
    until("established again", established)
    early.take()
    os.kill(pid("host", "bgpd"), signal.SIGSTOP)
    until("hold timer", lambda: not established())
    save("bmp_down_hold_timer.bin", early.take())
    save("vty_down_hold_timer.bin", vty("leaf", "show bgp neighbors json"))
    os.kill(pid("host", "bgpd"), signal.SIGCONT)
    until("established again", established)
    time.sleep(1)
    early.take()
    events.take()
    sh("ip -n host link set eth1 down")
    until("port down", lambda: not established())
    save("bmp_down_port.bin", early.take())
    save("netlink_carrier_lost_events.bin", events.take())
    save("vty_down_port.bin", vty("leaf", "show bgp neighbors json"))
    sh("ip -n host link set eth1 up")
    until("established again", established)
    time.sleep(1)
    early.take()
    events.take()
    sh("ip -n leaf link set swp1 down")
    until("own port down", lambda: not established())
    save("bmp_down_own_port.bin", early.take())
    save("netlink_own_port_down_events.bin", events.take())
    save("netlink_routes_after_port_down.bin", dump("leaf", 26, struct.pack("=BBBBBBBBI", 2, 0, 0, 0, 0, 0, 0, 0, 0)))
    sh("ip -n leaf link set swp1 up")
    until("established again", established)
    time.sleep(1)
    early.take()
    os.kill(pid("host", "bgpd"), signal.SIGKILL)
    until("peer killed", lambda: not established())
    save("bmp_down_killed.bin", early.take())
    config("leaf", "router bgp 65000", "neighbor 172.16.1.2 shutdown")
    time.sleep(0.3)
    save("vty_admin_shut.bin", vty("leaf", "show bgp neighbors json"))


def kernel_story(events):
    events.take()
    sh("ip -n leaf route add 198.51.100.0/24 proto static metric 20 nexthop via 172.16.1.2 nexthop via 172.16.2.2")
    sh("ip -n leaf nexthop add id 901 via 172.16.1.2 dev swp1; ip -n leaf nexthop add id 902 via 172.16.2.2 dev swp2")
    sh("ip -n leaf nexthop add id 903 group 901/902; ip -n leaf route add 203.0.113.0/24 nhid 903 proto bgp")
    sh("ip -n leaf route add blackhole 192.0.2.0/24; ip -n leaf route add 192.0.2.5 dev swp2 table 77")
    sh("ip -n leaf route add default via 172.16.2.2")
    time.sleep(0.3)
    save("netlink_multipath_events.bin", events.take())
    sh("ip -n leaf nexthop del id 902")
    time.sleep(0.2)
    save("netlink_nexthop_gone_events.bin", events.take())
    sh("ip -n leaf addr del 172.16.2.1/30 dev swp2")
    sh("ip -n leaf link del swp2")
    time.sleep(0.2)
    save("netlink_gone_events.bin", events.take())
    save("netlink_error.bin", error_answer())


def error_answer():
    """A refusal: there is no interface 9999 (RTM_GETLINK without NLM_F_DUMP)."""
    s = netlink("leaf", 0)
    s.send(struct.pack("=IHHII", 16 + 16, 18, 0x1, 9, 0) + struct.pack("=BBHiII", 0, 0, 0, 9999, 0, 0))
    return s.recv(65536)


links_and_daemons()
# link, ipv4-ifaddr, ipv4-route and (group 32) nexthop
events = Tap(netlink("leaf", 0x1 | 0x10 | 0x40 | 0x80000000))
early = bgp_story(events)
bgp_failures(early, events)
kernel_story(events)
