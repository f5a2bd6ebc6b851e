// SPDX-License-Identifier: GPL-3.0-or-later
// completion: the scripts for bash and zsh, and what they ask: which words may come next.
#include "commands.h"

#include <core/session/lab_backend.h>

namespace podleaf::cli {

namespace {

/// The word that is completed goes with all before it to `podleaf completion words`, so no script grows old.
constexpr const char* kBash = R"(# Completion of podleaf for bash. Now: source <(podleaf completion bash)
# For good: podleaf completion bash >~/.local/share/bash-completion/completions/podleaf
_podleaf() {
    local current=${COMP_WORDS[COMP_CWORD]} line
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == @files ]]; then
            compopt -o filenames 2>/dev/null
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
        else
            COMPREPLY+=("${line%%$'\t'*}")
        fi
    done < <("${COMP_WORDS[0]}" completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _podleaf podleaf
)";

constexpr const char* kZsh = R"(#compdef podleaf
# Completion of podleaf for zsh. Now: source <(podleaf completion zsh)
# For good: podleaf completion zsh >~/.zfunc/_podleaf, with ~/.zfunc in fpath before compinit.
_podleaf() {
    local line
    local -a found
    for line in "${(@f)$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        case $line in
            @files) _files ;;
            ?*) found+=("${line/$'\t'/:}") ;;
        esac
    done
    (( $#found )) && _describe -V podleaf found
}
if [[ $funcstack[1] == _podleaf ]]; then
    _podleaf "$@"
else
    compdef _podleaf podleaf
fi
)";

QStringList labNames(const Invocation& invocation) {
    QStringList names;
    for (const podleaf::session::RunningLab& lab : podleaf::session::runningLabs(invocation.environment)) {
        names << lab.lab.name;
    }
    for (const labfile::BuiltinLab& lab : labfile::builtinLabs()) {
        names << lab.name;
    }
    names.removeDuplicates();
    return names;
}

int printWords(const Invocation& invocation) {
    const CompletionSource source{[&invocation] { return labNames(invocation); },
                                  [&invocation](const QString& nameOrPath) { return glanceAtLab(invocation, nameOrPath); }};
    for (const Candidate& candidate : candidatesFor(invocation.commands, invocation.command, source)) {
        const QString help = candidate.help.isEmpty() ? QString() : QLatin1Char('\t') + candidate.help;
        printResult(candidate.word + help + QLatin1Char('\n'));
    }
    return Done;
}

} // namespace

int completion(Invocation& invocation) {
    const QString what = invocation.arguments.value(0);
    if (invocation.arguments.size() == 1 && what == QLatin1String("words")) {
        return printWords(invocation);
    }
    if (invocation.arguments.size() != 1 || (what != QLatin1String("bash") && what != QLatin1String("zsh"))) {
        return reportUsage(QStringLiteral("podleaf completion bash|zsh"));
    }
    printResult(QString::fromLatin1(what == QLatin1String("bash") ? kBash : kZsh));
    return Done;
}

} // namespace podleaf::cli
