// SPDX-License-Identifier: GPL-3.0-or-later
#include "completion.h"

#include <core/artifacts/version_table.h>
#include <core/model/node_kinds.h>

#include <QRegularExpression>

#include <algorithm>

namespace podleaf::cli {

namespace {

using Candidates = std::vector<Candidate>;

QStringList wordsOf(const char* words) {
    return QString::fromLatin1(words).split(QLatin1Char(' '));
}

/// What stands at each place: "[LAB]", "NODE", "cut|join"; options and what follows `--` are left out.
QStringList placesOf(QString usage) {
    usage = usage.section(QStringLiteral(" -- "), 0, 0);
    usage.remove(QRegularExpression(QStringLiteral("\\[?-[^\\]]*\\]")));
    return usage.split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

class Completer {
public:
    Completer(const CommandShape& command, const QStringList& words, const CompletionSource& source)
        : m_command(command), m_words(words), m_source(source) {}

    Candidates all() {
        if (m_words.mid(1, m_words.size() - 2).contains(QStringLiteral("--"))) {
            return {{kFiles}};
        }
        if (const OptionShape* option = optionAt(m_words.size() - 2); option != nullptr && option->takesValue) {
            return valuesOf(*option);
        }
        if (m_words.back().startsWith(QLatin1Char('-'))) {
            return options();
        }
        for (qsizetype i = 1; i + 1 < m_words.size(); ++i) {
            const OptionShape* const before = optionAt(i - 1);
            if (!m_words[i].startsWith(QLatin1Char('-')) && (before == nullptr || !before->takesValue)) {
                m_given << m_words[i];
            }
        }
        if (m_command.name == QLatin1String("kube") && !m_given.isEmpty()) {
            return kubeArguments();
        }
        return m_command.name == QLatin1String("edit") ? edits() : positionals();
    }

private:
    [[nodiscard]] const OptionShape* optionAt(qsizetype index) const {
        const QString word = m_words.value(index);
        const auto it = std::ranges::find_if(m_command.options, [&word](const OptionShape& each) { return each.names.contains(word); });
        return it == m_command.options.end() ? nullptr : &*it;
    }

    [[nodiscard]] Candidates options() const {
        Candidates found;
        for (const OptionShape& option : m_command.options) {
            found.push_back({option.names.back(), option.help});
        }
        return found;
    }

    [[nodiscard]] static Candidates valuesOf(const OptionShape& option) {
        const QString name = option.names.back();
        if (name == QLatin1String("--write") || name == QLatin1String("--from-bundle")) {
            return {{kFiles}};
        }
        if (name == QLatin1String("--engine")) {
            return plain({QStringLiteral("namespaces")});
        }
        return name == QLatin1String("--end")    ? plain(wordsOf("A B both"))
               : name == QLatin1String("--dhcp") ? plain(wordsOf("server relay none"))
                                                 : Candidates();
    }

    static Candidates plain(const QStringList& words) {
        Candidates found;
        std::ranges::transform(words, std::back_inserter(found), [](const QString& word) { return Candidate{word}; });
        return found;
    }

    [[nodiscard]] bool namesLab(const QString& word) const {
        return word.contains(QLatin1Char('/')) || word.endsWith(QLatin1String(".yaml")) || word.endsWith(QLatin1String(".yml")) ||
               m_source.labs().contains(word);
    }

    Candidates positionals() {
        QStringList places = placesOf(m_command.usage);
        const bool mayNameLab = places.value(0) == QLatin1String("[LAB]");
        if (mayNameLab && !m_given.isEmpty()) {
            places.removeFirst();
            if (namesLab(m_given.front())) {
                m_lab = m_given.takeFirst();
            }
        }
        Candidates found = at(places.value(m_given.size()));
        if (mayNameLab && m_given.isEmpty() && m_lab.isEmpty()) {
            std::ranges::move(at(places.value(1)), std::back_inserter(found));
        }
        return found;
    }

    Candidates at(QString place) {
        place.remove(QLatin1Char('[')).remove(QLatin1Char(']')).remove(QChar(0x2026));
        if (place == QLatin1String("LAB") || place == QLatin1String("FILE")) {
            Candidates found = plain(m_source.labs());
            found.push_back({kFiles});
            return found;
        }
        if (place == QLatin1String("NODE") || place == QLatin1String("PEER") || place == QLatin1String("A") ||
            place == QLatin1String("B")) {
            return nodes(/*withPods=*/true);
        }
        if (place == QLatin1String("LINK")) {
            return links();
        }
        if (place == QLatin1String("NAME")) {
            return tests();
        }
        return place.contains(QLatin1Char('|')) ? plain(place.split(QLatin1Char('|'))) : Candidates();
    }

    Candidates nodes(bool withPods) {
        Candidates found;
        const auto lab = m_source.lab(m_lab);
        for (const model::Node& node : lab ? lab->nodes : std::vector<model::Node>()) {
            found.push_back({node.id.name, model::infoOf(node.kind).word});
        }
        for (const model::Pod& pod : lab&& withPods ? lab->pods() : std::vector<model::Pod>()) {
            found.push_back({pod.name, pod.host.name});
        }
        return found;
    }

    Candidates links() {
        Candidates found;
        const auto lab = m_source.lab(m_lab);
        for (const model::Link& link : lab ? lab->links : std::vector<model::Link>()) {
            found.push_back({link.id.name, link.ends[0].toString() + QLatin1Char(' ') + link.ends[1].toString()});
        }
        return found;
    }

    Candidates groups() {
        Candidates found;
        const auto lab = m_source.lab(m_lab);
        for (const model::Group& group : lab ? lab->groups : std::vector<model::Group>()) {
            found.push_back({group.name, {}});
        }
        return found;
    }

    Candidates tests() {
        Candidates found;
        const auto lab = m_source.lab(m_lab);
        for (const model::Test& test : lab ? lab->tests : std::vector<model::Test>()) {
            found.push_back({test.name});
        }
        return found;
    }

    Candidates workloads() {
        Candidates found;
        const auto lab = m_source.lab(m_lab);
        for (const model::Workload& workload : lab ? lab->workloads : std::vector<model::Workload>()) {
            found.push_back({workload.name, workload.image});
        }
        return found;
    }

    [[nodiscard]] Candidates kubeArguments() const {
        Candidates found;
        const auto table = artifacts::VersionTable::builtin();
        for (const auto& component :
             table&& m_given[0] == QLatin1String("fetch") ? table->components : std::vector<artifacts::Component>()) {
            found.push_back({component.name, component.title});
        }
        return m_given[0] == QLatin1String("bundle") ? Candidates{{kFiles}} : found;
    }

    static Candidates kinds() {
        QStringList words;
        std::ranges::transform(model::nodeKinds(), std::back_inserter(words), &model::NodeKindInfo::word);
        return plain(words);
    }

    Candidates edits() {
        if (m_given.isEmpty()) {
            return {{kFiles}};
        }
        m_lab = m_given.takeFirst();
        const QString verb = m_given.value(0);
        const qsizetype place = m_given.size();
        if (place == 0) {
            return plain(wordsOf("add remove rename set link kubernetes group note"));
        }
        if (place == 1 && verb == QLatin1String("add")) {
            return kinds();
        }
        if (place == 1 && (verb == QLatin1String("remove") || verb == QLatin1String("rename"))) {
            return nodes(/*withPods=*/false);
        }
        if (place == 1 && verb == QLatin1String("link")) {
            return plain(wordsOf("add remove rename impair restore"));
        }
        if (place == 2 && verb == QLatin1String("link") && m_given[1] != QLatin1String("add")) {
            return links();
        }
        if (place == 1 && (verb == QLatin1String("group") || verb == QLatin1String("note"))) {
            return plain(wordsOf(verb == QLatin1String("group") ? "add remove rename" : "add remove"));
        }
        if (verb == QLatin1String("kubernetes")) {
            return kubernetes(place);
        }
        if (place == 2 && verb == QLatin1String("group") && m_given[1] != QLatin1String("add")) {
            return groups();
        }
        return verb == QLatin1String("set") ? settings(place) : Candidates();
    }

    Candidates kubernetes(qsizetype place) {
        if (place == 1) {
            return plain(wordsOf("on off set"));
        }
        if (m_given[1] != QLatin1String("set") || place > 3) {
            return {};
        }
        if (place == 2) {
            return plain(wordsOf("version control-plane services"));
        }
        Candidates found = m_given[2] == QLatin1String("version")         ? plain(model::kubernetesVersions())
                           : m_given[2] == QLatin1String("control-plane") ? nodes(/*withPods=*/false)
                                                                          : Candidates();
        found.push_back({QStringLiteral("default"), {}});
        return found;
    }

    Candidates settings(qsizetype place) {
        Candidates found = workloads();
        if (place == 1) {
            std::ranges::move(nodes(/*withPods=*/false), std::back_inserter(found));
            return found;
        }
        if (place == 2) {
            const bool isWorkload = std::ranges::find(found, m_given[1], &Candidate::word) != found.end();
            return plain(wordsOf(isWorkload ? "replicas on" : "kind asn loopback pod-cidr dhcp position"));
        }
        if (place != 3 || m_given[2] == QLatin1String("replicas")) {
            return {};
        }
        if (m_given[2] == QLatin1String("kind")) {
            return kinds();
        }
        return m_given[2] == QLatin1String("on")     ? nodes(/*withPods=*/false)
                   : m_given[2] == QLatin1String("dhcp") ? plain(wordsOf("server relay none default"))
                                                     : plain({QStringLiteral("default")});
    }

    const CommandShape& m_command;
    const QStringList m_words;
    const CompletionSource& m_source;
    QStringList m_given; ///< Positional arguments before the word that is being typed.
    QString m_lab;       ///< Empty: the last used one.
};

} // namespace

std::vector<Candidate> candidatesFor(const std::vector<CommandShape>& commands, const QStringList& words, const CompletionSource& source) {
    const QString typed = words.value(words.size() - 1);
    Candidates found;
    if (words.size() <= 1) {
        for (const CommandShape& command : commands) {
            found.push_back({command.name, command.help});
        }
        found.push_back({QStringLiteral("--help"), {}});
        found.push_back({QStringLiteral("--version"), {}});
    } else if (const auto command = std::ranges::find(commands, words.front(), &CommandShape::name); command != commands.end()) {
        found = Completer(*command, words, source).all();
    }
    std::erase_if(found, [&typed](const Candidate& each) { return each.word != kFiles && !each.word.startsWith(typed); });
    return found;
}

} // namespace podleaf::cli
