// SPDX-License-Identifier: GPL-3.0-or-later
#include "frr_config.h"

#include "text_lines.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <set>

namespace podleaf::router {

namespace {

using Contexts = std::vector<std::string>;

/// Commands that open a context in FRR, as far as our templates have them.
constexpr std::array<std::string_view, 4> kContexts{"router bgp ", "address-family ", "bmp targets ", "profile "};

/// Commands that set one value; `*` is any word. Whoever gives another value says only that.
constexpr std::array<std::string_view, 10> kValues{
    "bgp router-id",     "timers bgp",       "hostname",          "coalesce-time",         "set src", "match ip address prefix-list",
    "detect-multiplier", "receive-interval", "transmit-interval", "ip prefix-list * seq *"};

/// Commands that say what routes are let in or out.
constexpr std::array<std::string_view, 3> kPolicies{"ip prefix-list ", "bgp as-path ", "route-map "};

bool startsWithAny(std::string_view command, const auto& starts) {
    return std::ranges::any_of(starts, [command](std::string_view start) { return command.starts_with(start); });
}

bool opensContext(std::string_view command, const Contexts& contexts) {
    const bool opensAtTheTop = command == "bfd" || command.starts_with("route-map ");
    return startsWithAny(command, kContexts) || (contexts.empty() && opensAtTheTop);
}

std::string trimmed(std::string_view line) {
    const std::size_t start = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t end = line.find_last_not_of(' ');
    return end == std::string_view::npos ? std::string() : std::string(line.substr(start, end + 1 - start));
}

/// The neighbour that a command is about: its address; empty when it is about none.
std::string neighbourOf(const std::string& command) {
    const auto words = wordsOf(command);
    return words.size() > 2 && words.front() == "neighbor" ? std::string(words[1]) : std::string();
}

bool makesNeighbour(const std::string& command) {
    const auto words = wordsOf(command);
    return words.size() > 3 && words.front() == "neighbor" && words[2] == "remote-as";
}

/// What of a command says which value it sets, or nothing.
std::string valueNameOf(const std::string& command) {
    const auto words = wordsOf(command);
    for (const std::string_view each : kValues) {
        const auto name = wordsOf(each);
        const auto matches = [](std::string_view word, std::string_view pattern) { return pattern == "*" || word == pattern; };
        if (words.size() > name.size() && std::ranges::equal(words | std::views::take(name.size()), name, matches)) {
            const std::string_view last = words[name.size() - 1];
            return command.substr(0, static_cast<std::size_t>(last.data() - command.data()) + last.size());
        }
    }
    return {};
}

std::string negated(const std::string& command) {
    return command.starts_with("no ") ? command.substr(3) : "no " + command;
}

/// Writes commands into contexts: enters and leaves them.
class Script {
public:
    void add(const Contexts& contexts, const std::string& command) {
        if (m_commands.empty() || contexts != m_at) {
            if (!m_commands.empty()) {
                m_commands.emplace_back("end");
            }
            m_commands.emplace_back("configure terminal");
            m_commands.insert(m_commands.end(), contexts.begin(), contexts.end());
            m_at = contexts;
        }
        m_commands.push_back(command);
        if (opensContext(command, contexts)) {
            m_at.push_back(command);
        }
    }
    std::vector<std::string> finish() && {
        if (!m_commands.empty()) {
            m_commands.emplace_back("end");
        }
        return std::move(m_commands);
    }

private:
    std::vector<std::string> m_commands;
    Contexts m_at;
};

class Comparison {
public:
    Comparison(const FrrConfig& old, const FrrConfig& wanted) : m_old(old), m_wanted(wanted) {
        for (const ConfigLine& line : wanted.lines) {
            m_wantedKeys.insert(keyOf(line));
            m_values.insert(valueKeyOf(line));
        }
        for (const ConfigLine& line : old.lines) {
            m_oldKeys.insert(keyOf(line));
            if (makesNeighbour(line.command) && !m_wantedKeys.contains(keyOf(line))) {
                m_goneNeighbours.insert(neighbourOf(line.command));
            }
        }
    }

    ConfigChange run() {
        for (const ConfigLine& line : m_old.lines | std::views::reverse) {
            remove(line);
        }
        for (const ConfigLine& line : m_wanted.lines) {
            if (!m_oldKeys.contains(keyOf(line)) || m_goneNeighbours.contains(neighbourOf(line.command))) {
                add(line.contexts, line.command);
            }
        }
        return {std::move(m_script).finish(), m_changesPolicy};
    }

private:
    static std::string keyOf(const ConfigLine& line) {
        std::string key;
        for (const std::string& context : line.contexts) {
            key += context + '\n';
        }
        return key + line.command;
    }
    /// A blank stands for no value.
    static std::string valueKeyOf(const ConfigLine& line) {
        const std::string name = valueNameOf(line.command);
        return name.empty() ? " " : keyOf({line.contexts, name});
    }

    void remove(const ConfigLine& line) {
        const std::string neighbour = neighbourOf(line.command);
        if (m_goneNeighbours.contains(neighbour)) {
            if (makesNeighbour(line.command)) {
                add(line.contexts, "no neighbor " + neighbour);
            }
            return;
        }
        const std::string value = valueKeyOf(line);
        const bool isSetAnew = value != " " && m_values.contains(value);
        if (!m_wantedKeys.contains(keyOf(line)) && !isSetAnew && !isInGoneContext(line)) {
            add(line.contexts, negated(line.command));
        }
    }

    /// Goes with its context, then.
    [[nodiscard]] bool isInGoneContext(const ConfigLine& line) const {
        if (line.contexts.empty()) {
            return false;
        }
        ConfigLine context{line.contexts, line.contexts.back()};
        context.contexts.pop_back();
        return !m_wantedKeys.contains(keyOf(context)) || isInGoneContext(context);
    }

    void add(const Contexts& contexts, const std::string& command) {
        const std::string plain = command.starts_with("no ") ? command.substr(3) : command;
        const bool isInPolicy = !contexts.empty() && startsWithAny(contexts.front(), kPolicies);
        m_changesPolicy = m_changesPolicy || isInPolicy || startsWithAny(plain, kPolicies);
        m_script.add(contexts, command);
    }

    const FrrConfig& m_old;
    const FrrConfig& m_wanted;
    std::set<std::string> m_oldKeys;
    std::set<std::string> m_wantedKeys;
    std::set<std::string> m_values; ///< That the wanted configuration sets.
    std::set<std::string> m_goneNeighbours;
    Script m_script;
    bool m_changesPolicy = false;
};

} // namespace

Checked<FrrConfig> parseFrrConfig(const std::string& text) {
    FrrConfig config{text, {}, {}};
    Contexts contexts;
    int number = 0;
    for (const std::string_view line : linesOf(text)) {
        ++number;
        std::string command = trimmed(line);
        if (command.empty() || command.front() == '!' || command.front() == '#') {
            continue;
        }
        if (command == "exit" || command == "exit-address-family") {
            if (contexts.empty()) {
                return Checked<FrrConfig>::refused("line " + std::to_string(number) + " ends a context that does not exist");
            }
            contexts.pop_back();
            continue;
        }
        if (contexts.empty() && (command.starts_with("router bgp ") || command.starts_with("frr "))) {
            config.identity += command + '\n';
        }
        config.lines.push_back({contexts, command});
        if (opensContext(command, contexts)) {
            contexts.push_back(std::move(command));
        }
    }
    if (!contexts.empty()) {
        return Checked<FrrConfig>::refused("the context \"" + contexts.back() + "\" does not end");
    }
    return config;
}

ConfigChange changeBetween(const FrrConfig& old, const FrrConfig& wanted) {
    return Comparison(old, wanted).run();
}

} // namespace podleaf::router
