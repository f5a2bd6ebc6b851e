// SPDX-License-Identifier: GPL-3.0-or-later
// podleaf: the command line. Builds the parser from the command table and runs one command.
#include "command_help.h"
#include "commands.h"
#include "interrupt.h"

#include <core/labfile/report.h>

#include <CLI/CLI.hpp>
#include <QCoreApplication>

#include <algorithm>
#include <csignal>

namespace {

using podleaf::cli::Invocation;

/// Everything after the first `--`, which no option parser may touch.
QStringList takeCommand(int argc, char** argv, int& ownArguments) {
    QStringList command;
    ownArguments = argc;
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--") {
            ownArguments = i;
            for (int k = i + 1; k < argc; ++k) {
                command.append(QString::fromLocal8Bit(argv[k]));
            }
            break;
        }
    }
    return command;
}

/// As strings: CLI11 knows none of Qt's.
void addCaptureOptions(CLI::App& command, podleaf::cli::CaptureOptions& options) {
    const auto into = [](QString& target) { return [&target](const std::string& text) { target = QString::fromStdString(text); }; };
    command.add_option_function<std::string>("-w,--write", into(options.file), "File for the packets; - is standard output");
    command.add_option_function<std::string>("--end", into(options.end), "Where to listen: A (each packet once), B, both, or a node");
    command.add_option("--count", options.count, "End after so many packets")->check(CLI::PositiveNumber);
    command.add_option("--seconds", options.seconds, "End after so many seconds")->check(CLI::PositiveNumber);
}

void addEditOptions(CLI::App& command, podleaf::cli::EditOptions& options) {
    const auto into = [](QString& target) { return [&target](const std::string& text) { target = QString::fromStdString(text); }; };
    const auto link = [&options](const std::vector<std::string>& all) {
        std::ranges::transform(all, std::back_inserter(options.links), [](const std::string& one) { return QString::fromStdString(one); });
    };
    command.add_option_function<std::vector<std::string>>("--link", link, "add: a cable of the new node, to NODE:PORT")->expected(1);
    command.add_option_function<std::string>("--name", into(options.name), "link add: the cable's name");
    command.add_option_function<std::string>("--asn", into(options.asn), "add: the AS number");
    command.add_option_function<std::string>("--loopback", into(options.loopback), "add: the loopback's address");
    command.add_option_function<std::string>("--pod-cidr", into(options.podCidr), "add: the host's pod network");
    command.add_option_function<std::string>("--dhcp", into(options.dhcp), "add: server, relay or none");
    command.add_flag("--dry-run", options.dryRun, "Show what would change and write nothing");
}

void addKubeOptions(CLI::App& command, podleaf::cli::KubeOptions& options) {
    const auto into = [](QString& target) { return [&target](const std::string& text) { target = QString::fromStdString(text); }; };
    command.add_option_function<std::string>("--version", into(options.version), "fetch: the version of Kubernetes, as 1.37.2");
    command.add_option_function<std::string>("--from-bundle", into(options.bundle), "fetch: a file that `podleaf kube bundle` wrote");
}

void addClusterOptions(CLI::App& command, podleaf::cli::ClusterOptions& options) {
    const auto into = [](QString& target) { return [&target](const std::string& text) { target = QString::fromStdString(text); }; };
    command.add_option_function<std::string>("-w,--write", into(options.file), "File for the kubeconfig; standard output unless given");
    command.add_option("--port", options.port, "The port of this host that leads to the cluster; a free one unless given")
        ->check(CLI::Range(1, 65535));
}

void addHelp(CLI::App& command, const podleaf::cli::CommandInfo& info) {
    const std::string usage = std::string("podleaf ") + info.name + (*info.usage == '\0' ? "" : " ") + info.usage + " [OPTION]…";
    command.formatter(std::make_shared<podleaf::cli::HelpFormatter>(usage));
    if (const podleaf::cli::CommandHelp* help = podleaf::cli::helpOf(info.name)) {
        command.footer(podleaf::cli::footerOf(*help));
    }
}

void addImpairOptions(CLI::App& command, std::string_view name, podleaf::cli::ImpairOptions& options) {
    const auto into = [](QString& target) { return [&target](const std::string& text) { target = QString::fromStdString(text); }; };
    const bool isEdit = name == "edit";
    command.add_option_function<std::string>("--from", into(options.from),
                                             isEdit ? "link impair: only packets that this end sends: A, B or a node"
                                                    : "Only packets that this end sends: A, B or a node");
    if (name != "link") {
        command.add_option_function<std::string>("--loss", into(options.loss), "Percent of the packets that vanish, as 2.5; 0 for none");
        command.add_option_function<std::string>("--rate", into(options.rate), "Limit, as 500kbit or 1.5mbit; 0 for none");
        command.add_option_function<std::string>("--delay", into(options.delay), "Added to each packet's way, as 50ms; 0 for none");
    }
}

/// Whether `word` is a command, or an option or nothing, of which the parser knows more; says so when it is not.
bool isCommand(const QString& word) {
    QStringList known;
    for (const podleaf::cli::CommandInfo& info : podleaf::cli::commands()) {
        known.append(QString::fromUtf8(info.name));
    }
    if (word.isEmpty() || word.startsWith(QLatin1Char('-')) || known.contains(word)) {
        return true;
    }
    const QString near = podleaf::labfile::nearest(word, known);
    podleaf::cli::printMessage(QCoreApplication::translate("Cli", "There is no command %1.").arg(word) +
                               (near.isEmpty() ? QCoreApplication::translate("Cli", " podleaf --help lists all.\n")
                                               : QCoreApplication::translate("Cli", " Did you mean %1?\n").arg(near)));
    return false;
}

} // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN); // A reader that leaves ends us by the failed write, with our own words.
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("podleaf"));

    Invocation invocation;
    int ownArguments = argc;
    invocation.command = takeCommand(argc, argv, ownArguments);

    CLI::App parser("Podleaf: one lab file to a routed fabric, its pods and its proof.");
    parser.require_subcommand(1);
    parser.formatter(std::make_shared<podleaf::cli::HelpFormatter>("podleaf COMMAND [ARGUMENT]… [OPTION]…"));
    parser.footer("`podleaf COMMAND --help` tells more, `man podleaf` tells all.");
    parser.set_version_flag("--version", PODLEAF_VERSION);
    std::vector<std::string> positionals;
    const podleaf::cli::CommandInfo* chosen = nullptr;
    for (const podleaf::cli::CommandInfo& info : podleaf::cli::commands()) {
        CLI::App* command = parser.add_subcommand(info.name, info.help);
        addHelp(*command, info);
        command->add_flag("--json", invocation.json, "Machine-readable result on stdout");
        command->add_option("arguments", positionals);
        const std::string_view name = info.name;
        if (name == "gc") {
            command->add_flag("--prove", invocation.prove, "Count what is left, independently of our own files");
        }
        if (name == "validate") {
            command->add_flag("--expand", invocation.expand, "Print the lab written out, with every address and AS number");
        }
        if (name == "up") {
            command->add_option("--timeout", invocation.timeoutSeconds, "Seconds until it gives up")->check(CLI::Range(1, 3600));
            command->add_option("--engine", "What carries the lab")->check(CLI::IsMember({"namespaces"}));
        }
        if (name == "watch") {
            command->add_flag("--probe", invocation.probe, "Ask the pods while something converges, and tell when they answer again");
        }
        if (name == "link" || name == "impair" || name == "node" || name == "session") {
            command->add_flag("--record", invocation.record, "Wait until the fabric has settled and show how long what took");
        }
        if (name == "up" || name == "down") {
            command->add_flag("-v,--verbose", invocation.verbose, "Tell of every step as it begins and ends");
        }
        if (name == "capture") {
            addCaptureOptions(*command, invocation.capture);
        }
        if (name == "kube") {
            addKubeOptions(*command, invocation.kube);
        }
        if (name == "kubeconfig") {
            addClusterOptions(*command, invocation.cluster);
        }
        if (name == "edit") {
            addEditOptions(*command, invocation.edit);
            addImpairOptions(*command, name, invocation.edit.impair);
        }
        if (name == "link" || name == "impair") {
            addImpairOptions(*command, name, invocation.impair);
        }
        command->callback([&chosen, &info] { chosen = &info; });
        invocation.commands.push_back(podleaf::cli::shapeOf(*command, QString::fromUtf8(info.usage)));
    }
    if (const QString word = QString::fromLocal8Bit(ownArguments > 1 ? argv[1] : ""); !isCommand(word)) {
        return podleaf::cli::Usage;
    }
    try {
        parser.parse(ownArguments, argv);
    } catch (const CLI::ParseError& error) {
        return parser.exit(error) == 0 ? podleaf::cli::Done : podleaf::cli::Usage;
    }
    std::ranges::transform(positionals, std::back_inserter(invocation.arguments),
                           [](const std::string& text) { return QString::fromStdString(text); });
    if (chosen->most != podleaf::cli::CommandInfo::kCountsItself && invocation.arguments.size() > chosen->most) {
        return podleaf::cli::reportUsage(
            QStringLiteral("podleaf %1 %2").arg(QLatin1String(chosen->name), QString::fromUtf8(chosen->usage)));
    }

    invocation.environment = podleaf::session::Environment::detect();
    const podleaf::cli::Interrupt interrupt;
    invocation.context.stop = interrupt.token();
    return podleaf::cli::withResultWritten(chosen->run(invocation));
}
