// SPDX-License-Identifier: GPL-3.0-or-later
// podleaf: the command line. Builds the parser from the command table and runs one command.
#include "commands.h"
#include "interrupt.h"

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
    parser.set_version_flag("--version", PODLEAF_VERSION);
    std::vector<std::string> positionals;
    const podleaf::cli::CommandInfo* chosen = nullptr;
    for (const podleaf::cli::CommandInfo& info : podleaf::cli::commands()) {
        CLI::App* command = parser.add_subcommand(info.name, info.help);
        command->add_flag("--json", invocation.json, "Machine-readable result on stdout");
        command->add_option("arguments", positionals, std::string("podleaf ") + info.name + " " + info.usage);
        const std::string_view name = info.name;
        if (name == "gc") {
            command->add_flag("--prove", invocation.prove, "Count what is left, independently of our own files");
        }
        if (name == "validate") {
            command->add_flag("--expand", invocation.expand, "Print the lab written out, with every address and AS number");
        }
        if (name == "up") {
            command->add_option("--timeout", invocation.timeoutSeconds, "Seconds until it gives up")->check(CLI::Range(1, 3600));
            command->add_option("--engine")->check(CLI::IsMember({"namespaces"}));
        }
        if (name == "watch") {
            command->add_flag("--probe", invocation.probe, "Ask the pods while something converges, and tell when they answer again");
        }
        if (name == "link") {
            command->add_flag("--record", invocation.record, "Wait until the fabric has settled and show how long what took");
        }
        if (name == "capture") {
            addCaptureOptions(*command, invocation.capture);
        }
        command->callback([&chosen, &info] { chosen = &info; });
    }
    try {
        parser.parse(ownArguments, argv);
    } catch (const CLI::ParseError& error) {
        return parser.exit(error) == 0 ? podleaf::cli::Done : podleaf::cli::Usage;
    }
    std::ranges::transform(positionals, std::back_inserter(invocation.arguments),
                           [](const std::string& text) { return QString::fromStdString(text); });

    invocation.environment = podleaf::session::Environment::detect();
    const podleaf::cli::Interrupt interrupt;
    invocation.context.stop = interrupt.token();
    return chosen->run(invocation);
}
