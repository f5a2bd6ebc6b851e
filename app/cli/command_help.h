// SPDX-License-Identifier: GPL-3.0-or-later
// The long help of each command, beside the command table, and how `--help` is laid out. Main thread.
#pragma once

#include "completion.h"

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>

namespace podleaf::cli {

/// What stands below the options in `podleaf COMMAND --help`.
struct CommandHelp {
    std::string_view name;
    std::string_view details;   ///< What it does, in a few lines.
    std::string_view exitCodes; ///< Empty: those that all commands share.
    std::string_view example;
};

/// Nullptr for a command that has none, which a test does not let pass.
const CommandHelp* helpOf(std::string_view command);

/// Details, exit codes and example as one text.
std::string footerOf(const CommandHelp& help);

/// "Usage: podleaf up [LAB] [OPTION]…" instead of CLI11's own line, which does not know our arguments.
class HelpFormatter final : public CLI::Formatter {
public:
    explicit HelpFormatter(std::string usage) : m_usage(std::move(usage)) {}
    std::string make_usage(const CLI::App* app, std::string name) const override;
    std::string make_positionals(const CLI::App* app) const override;

private:
    std::string m_usage;
};

/// The command as its parser knows it.
CommandShape shapeOf(const CLI::App& command, const QString& usage);

} // namespace podleaf::cli
