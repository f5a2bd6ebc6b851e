// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_help.h"

#include <algorithm>
#include <array>

namespace podleaf::cli {

namespace {

constexpr std::string_view kExitCodes = "0 done, 1 failed, 2 wrong arguments or an invalid lab, 3 this host lacks something (it says\n"
                                        "what, and what mends it), 130 stopped with Ctrl-C";

constexpr std::array kHelp{
    CommandHelp{"validate",
                "Reads a lab file, touches nothing, and tells every mistake at once with line, column and what\n"
                "would be right. FILE is a path or the name of a built-in lab.",
                "0 valid, 2 not valid or not found", "podleaf validate my-lab.yaml"},
    CommandHelp{"edit",
                "Changes the lines of FILE that it must and no other; comments stay. A lab that runs is changed by\n"
                "the next `podleaf up`. Built-in labs are not changed: copy one first. VERB is one of\n"
                "  add KIND NAME [--link NODE:PORT]…     remove NODE          rename NODE NAME\n"
                "  set NODE kind|asn|loopback|pod-cidr|dhcp|position VALUE|default\n"
                "  set WORKLOAD replicas N               set WORKLOAD on HOST,HOST…\n"
                "  link add NODE:PORT NODE:PORT          link remove LINK     link rename LINK NAME\n"
                "  link impair LINK [--loss PERCENT] [--rate RATE] [--delay TIME] [--from NODE]\n"
                "  link restore LINK\n"
                "  kubernetes on                         kubernetes off\n"
                "  kubernetes set version|control-plane|services VALUE|default\n"
                "  group add NAME NODE,NODE…             group remove NAME    group rename NAME NAME\n"
                "  note add TEXT X,Y                     note remove NUMBER",
                "0 done, 1 the file cannot be written, 2 the lab would not be valid or the words make no sense",
                "podleaf edit my-lab.yaml add host host4 --link leaf1:swp4"},
    CommandHelp{"plan", "Shows what `podleaf up` would create, keep, change and remove, with the reason of each step. Changes nothing.", "",
                "podleaf plan tutorial"},
    CommandHelp{"up",
                "Makes what runs equal to the lab file and waits until every session, route and pod is as intended.\n"
                "What is right already is not touched. Without LAB: the last used one. While another `up` or `down` is\n"
                "at the lab it is refused and names who that is.",
                "", "podleaf up tutorial"},
    CommandHelp{"status", "Shows what is there now, and what is not as intended. A lab that is down is an answer, too.", "",
                "podleaf status tutorial --json"},
    CommandHelp{"watch", "Prints every change of nodes, cables, sessions, routes and pods as it happens, until Ctrl-C.",
                "0 left with Ctrl-C, or the lab went down; 1 the lab is not running, 2 wrong arguments or an invalid lab",
                "podleaf watch tutorial"},
    CommandHelp{"test", "Asks every pod from every source of the lab's tests, or of the test NAME, and compares with the intent.",
                "0 all as intended, 1 something is not, 2 wrong arguments or an invalid lab", "podleaf test tutorial"},
    CommandHelp{"exec", "Runs a command in a node or a pod of a running lab, with its input and output.",
                "that of the command; 128 and the signal when a signal ended it; 1 when it could not be run",
                "podleaf exec tutorial host1 -- ip route"},
    CommandHelp{"shell", "Opens a shell in a node or a pod of a running lab.", "that of the shell", "podleaf shell tutorial leaf1"},
    CommandHelp{"logs", "Prints what the services of a node or a pod, or the one named SERVICE, have logged.", "",
                "podleaf logs tutorial leaf1 bgpd"},
    CommandHelp{"link",
                "Cuts a cable, so that both ends lose their carrier, or joins it again; drops its packets while the\n"
                "carrier stays, or mends all of it.",
                "", "podleaf link tutorial intnet1 cut"},
    CommandHelp{"impair", "Makes a cable lose, slow or delay packets; without options it says what the kernel does now.", "",
                "podleaf impair tutorial intnet1 --loss 2.5"},
    CommandHelp{"node", "Stops, starts, kills, pauses or continues a node, or one of its daemons.", "",
                "podleaf node tutorial leaf1 kill bgpd"},
    CommandHelp{"session", "Resets the BGP session between NODE and PEER, which is a node or an address.", "",
                "podleaf session tutorial leaf1 host1 clear"},
    CommandHelp{"capture", "Writes a cable's packets as pcapng to a file, or to standard output for Wireshark, until Ctrl-C.",
                "0 also when Ctrl-C ended it, 1 failed, 2 wrong arguments or an invalid lab, 3 this host lacks something",
                "podleaf capture tutorial intnet1 | wireshark -k -i -"},
    CommandHelp{"trace",
                "Shows the way that packets take from A to B and back, as the kernels' routes have it, beside the\n"
                "intended one, and where and why it stops. A and B are nodes, pods or addresses.",
                "0 it gets there and back, 1 it does not, 2 wrong arguments or an invalid lab", "podleaf trace tutorial host1 my-nginx-1"},
    CommandHelp{"down", "Ends a lab and removes everything that belongs to it. A lab that is down is a success.", "",
                "podleaf down tutorial"},
    CommandHelp{"kube",
                "Keeps what a cluster is made of in the cache folder, each file under its checksum.\n"
                "  fetch [NAME…]  gets all, or what is named: from the cache, a bundle, the project's own site, or\n"
                "                 built from source with Go; a download that broke off goes on\n"
                "  list           what is there, how large it is and where it came from\n"
                "  bundle FILE    writes all of it to one file, for a host without network\n"
                "  prune          removes other versions, half downloads and what Go keeps",
                "0 done, 1 failed (it tells of each way why), 2 wrong arguments or versions that do not go together,\n"
                "3 this host lacks something, 130 stopped with Ctrl-C",
                "podleaf kube fetch"},
    CommandHelp{"kubectl",
                "Runs kubectl on this host, with its input, output and files, against the cluster of a running lab.\n"
                "What stands behind -- is kubectl's. It is the one that `podleaf kube fetch` got, else that of PATH.",
                "that of kubectl; 2 the lab has no cluster, 3 this host has no kubectl",
                "podleaf kubectl my-lab.yaml -- get pods -A -o wide"},
    CommandHelp{"kubeconfig",
                "Writes a kubeconfig for the cluster of a running lab, whose server is a port of this host, and keeps that\n"
                "port open until Ctrl-C or the lab goes down. It holds the administrator's key. With a COMMAND: runs that\n"
                "with $KUBECONFIG instead, and writes nothing to disk.",
                "0 left with Ctrl-C, or the lab went down; 1 failed, 2 the lab has no cluster; with a COMMAND that of the command",
                "podleaf kubeconfig my-lab.yaml -- bash"},
    CommandHelp{"forward",
                "Leads a port of this host's loopback to a port of a node or a pod until Ctrl-C or the lab goes down, and\n"
                "prints its address. 8080:80 takes port 8080 of this host, 80 a free one. For pods and services of a\n"
                "cluster: podleaf kubectl LAB -- port-forward.",
                "0 left with Ctrl-C, or the lab went down; 1 failed, 2 wrong arguments or an invalid lab",
                "podleaf forward tutorial my-nginx-1 8080:80"},
    CommandHelp{"list", "Shows the labs that run and those that are built in.", "", "podleaf list"},
    CommandHelp{"gc", "Removes what labs left behind whose processes were killed. Running labs are not touched.",
                "0 nothing is left, 1 something is", "podleaf gc --prove"},
    CommandHelp{"doctor", "Tells whether this host can run labs, what it forbids, and the command that mends it.",
                "0 it can, 3 it lacks something", "podleaf doctor"},
    CommandHelp{"completion",
                "Prints the script that lets a shell complete commands, options, labs, nodes and cables.\n"
                "`podleaf completion words -- WORD…` is what the scripts ask: the words that may come next.",
                "", "source <(podleaf completion bash)"},
};

} // namespace

const CommandHelp* helpOf(std::string_view command) {
    const auto* const it = std::ranges::find(kHelp, command, &CommandHelp::name);
    return it == kHelp.end() ? nullptr : it;
}

std::string footerOf(const CommandHelp& help) {
    return std::string(help.details) + "\n\nExit code: " + std::string(help.exitCodes.empty() ? kExitCodes : help.exitCodes) +
           "\nExample: " + std::string(help.example) + "\n";
}

std::string HelpFormatter::make_usage(const CLI::App*, std::string) const {
    return "Usage: " + m_usage + "\n";
}

std::string HelpFormatter::make_positionals(const CLI::App*) const {
    return {};
}

CommandShape shapeOf(const CLI::App& command, const QString& usage) {
    CommandShape shape{QString::fromStdString(command.get_name()), usage, QString::fromStdString(command.get_description()), {}};
    for (const CLI::Option* option : command.get_options()) {
        OptionShape each{{}, QString::fromStdString(option->get_description()), option->get_expected_max() > 0};
        for (const std::string& name : option->get_snames()) {
            each.names << QLatin1Char('-') + QString::fromStdString(name);
        }
        for (const std::string& name : option->get_lnames()) {
            each.names << QStringLiteral("--") + QString::fromStdString(name);
        }
        if (!each.names.isEmpty()) {
            shape.options.push_back(std::move(each));
        }
    }
    return shape;
}

} // namespace podleaf::cli
