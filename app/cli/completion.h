// SPDX-License-Identifier: GPL-3.0-or-later
// What may stand next on a command line, from the command table and the lab. The shells' scripts only pass words on
// (commands_completion.cpp). Pure; any thread.
#pragma once

#include <core/model/lab.h>

#include <QStringList>

#include <functional>
#include <optional>
#include <vector>

namespace podleaf::cli {

struct OptionShape {
    QStringList names; ///< With their dashes.
    QString help;
    bool takesValue = false;
};

/// A command as its parser knows it.
struct CommandShape {
    QString name;
    QString usage; ///< Positional arguments, as in the command table.
    QString help;
    std::vector<OptionShape> options;
};

/// Where names come from; asked for only when they are needed.
struct CompletionSource {
    std::function<QStringList()> labs;
    /// The lab of that name or path; the last used one for an empty text.
    std::function<std::optional<model::Lab>(const QString& nameOrPath)> lab;
};

struct Candidate {
    QString word; ///< kFiles stands for all names of files.
    QString help = {};
    bool operator==(const Candidate&) const = default;
};
inline const QString kFiles = QStringLiteral("@files");

/// `words` is what stands behind "podleaf"; the last one, which may be empty, is being typed.
std::vector<Candidate> candidatesFor(const std::vector<CommandShape>& commands, const QStringList& words, const CompletionSource& source);

} // namespace podleaf::cli
