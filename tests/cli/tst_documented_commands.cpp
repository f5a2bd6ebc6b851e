// SPDX-License-Identifier: GPL-3.0-or-later
// What the documentation tells its reader to type is right: the commands, their options, scripts and what they take,
// labs, nodes and cables. Asked of the real program, of labs that are down; tests/e2e types README.md on a real one.
#include <tests/e2e/podleaf_program.h>
#include <tests/fakes/documented_commands.h>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <map>
#include <set>

using namespace podleaf::test;
using namespace Qt::StringLiterals;

namespace {

QString sourceFolder() {
    return QStringLiteral(PODLEAF_SOURCE_DIR);
}

/// Everything that somebody reads to learn what to type.
QStringList pages() {
    QStringList all{u"README.md"_s, u"CONTRIBUTING.md"_s};
    for (const QString& page : QDir(sourceFolder() + u"/docs"_s).entryList({u"*.md"_s})) {
        all += u"docs/"_s + page;
    }
    for (const QString& lab : QDir(sourceFolder() + u"/labs"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        all += u"labs/%1/README.md"_s.arg(lab);
    }
    return all;
}

/// The options of a help text: "-w", "--write".
QStringList optionsIn(const QString& help) {
    static const QRegularExpression kLine(u"^  (-\\w)?,?(--[a-z-]+)?"_s, QRegularExpression::MultilineOption);
    QStringList options;
    auto found = kLine.globalMatch(help);
    while (found.hasNext()) {
        const auto match = found.next();
        options << match.captured(1) << match.captured(2);
    }
    options.removeAll(QString());
    return options;
}

bool isOption(const QString& word) {
    return word.size() > 1 && word.startsWith(u'-');
}

} // namespace

class TestDocumentedCommands : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::map<QString, ProgramResult> m_helps;
    std::map<QString, ProgramResult> m_results; ///< Pages repeat each other.

    [[nodiscard]] PodleafProgram podleaf() const { return PodleafProgram(m_folder.path() + u"/run"_s); }
    const ProgramResult& helpOf(const QString& verb) {
        auto it = m_helps.find(verb);
        return it == m_helps.end() ? m_helps.emplace(verb, podleaf().run({verb, u"--help"_s})).first->second : it->second;
    }
    void programKnows(const DocumentedCommand& command);
    static void scriptKnows(const DocumentedCommand& command);
    void isKnown(const DocumentedCommand& command);
    void isRightForALabThatIsDown(const DocumentedCommand& command);

private Q_SLOTS:
    void initTestCase();
    void lineIsSplitAsAShellDoes();
    void commandsAndOptionsExist_data();
    void commandsAndOptionsExist();
    void labsAndTheirPartsExist_data() { commandsAndOptionsExist_data(); }
    void labsAndTheirPartsExist();
};

/// The folder that commands are typed in: the labs of the checkout, and copies of the tutorial to edit.
void TestDocumentedCommands::initTestCase() {
    QVERIFY(QFile::link(sourceFolder() + u"/labs"_s, m_folder.filePath(u"labs"_s)));
    for (const char* own : {"my.yaml", "my-lab.yaml"}) {
        const QString copy = m_folder.filePath(QString::fromLatin1(own));
        QVERIFY(QFile::copy(sourceFolder() + u"/labs/tutorial/lab.yaml"_s, copy));
        QVERIFY(QFile::setPermissions(copy, QFile::ReadOwner | QFile::WriteOwner));
    }
    QVERIFY(QDir::setCurrent(m_folder.path()));
}

void TestDocumentedCommands::lineIsSplitAsAShellDoes() {
    QCOMPARE(shellWords(u"podleaf exec tutorial leaf1 -- vtysh -c 'show bgp'  # \"all\""_s),
             QStringList({u"podleaf"_s, u"exec"_s, u"tutorial"_s, u"leaf1"_s, u"--"_s, u"vtysh"_s, u"-c"_s, u"show bgp"_s}));
    QCOMPARE(shellWords(u"    podleaf edit x note add \"a b\" 8,4#2 | cat"_s),
             QStringList({u"podleaf"_s, u"edit"_s, u"x"_s, u"note"_s, u"add"_s, u"a b"_s, u"8,4#2"_s}));
}

void TestDocumentedCommands::commandsAndOptionsExist_data() {
    QTest::addColumn<QString>("page");
    for (const QString& page : pages()) {
        QTest::addRow("%s", qPrintable(page)) << sourceFolder() + u'/' + page;
    }
}

void TestDocumentedCommands::programKnows(const DocumentedCommand& command) {
    const QString verb = command.words.value(1);
    const ProgramResult& help = helpOf(verb);
    QVERIFY2(help.exitCode == 0, qPrintable(command.where + u": there is no `podleaf %1`"_s.arg(verb)));
    const QStringList known = optionsIn(QString::fromUtf8(help.output));
    const QStringList own = command.words.mid(0, command.words.indexOf(u"--"_s));
    for (const QString& word : own) {
        QVERIFY2(!isOption(word) || known.contains(word), qPrintable(command.where + u": `podleaf %1` has no %2"_s.arg(verb, word)));
    }
    if (verb == QLatin1String("kube") && command.words.size() > 2) { // It is not run: it fetches, and removes.
        const auto offered = podleaf().run({u"completion"_s, u"words"_s, u"--"_s, verb, QString()}).output.split('\n');
        QVERIFY2(offered.contains(command.words[2].toUtf8()), qPrintable(command.where + u": "_s + command.text()));
    }
}

/// By its own words: its help or, where it has none, the comment at its head.
void TestDocumentedCommands::scriptKnows(const DocumentedCommand& command) {
    const QString path = sourceFolder() + u'/' + command.words.first();
    QFile script(path);
    QVERIFY2(QFileInfo(path).isExecutable() && script.open(QIODevice::ReadOnly), qPrintable(command.where + u": there is no "_s + path));
    const QString text = QString::fromUtf8(script.readAll());
    QString says = text.left(text.indexOf(u"\nset "_s));
    if (text.contains(u"--help"_s)) {
        QProcess help;
        help.start(path, {u"--help"_s});
        QVERIFY(help.waitForFinished() && help.exitCode() == 0);
        says = QString::fromUtf8(help.readAllStandardOutput());
    }
    for (const QString& word : command.words.mid(1)) {
        QVERIFY2(word.startsWith(u'/') || says.contains(word), qPrintable(command.where + u": %1 knows no %2"_s.arg(path, word)));
    }
}

void TestDocumentedCommands::isKnown(const DocumentedCommand& command) {
    if (command.words.first() == QLatin1String("podleaf")) {
        programKnows(command);
    } else if (command.words.first() != QLatin1String("podleaf-desktop")) {
        scriptKnows(command);
    }
}

void TestDocumentedCommands::commandsAndOptionsExist() {
    QFETCH(QString, page);
    for (const auto& all : {commandsOf(page), mentionsOf(page)}) {
        for (const DocumentedCommand& command : all) {
            if (command.words.size() > 1 || command.words.first().startsWith(u"scripts/"_s)) {
                isKnown(command);
            }
            if (QTest::currentTestFailed()) {
                return;
            }
        }
    }
}

/// It is done where it can be, else what it says is that the lab does not run: no argument is wrong.
void TestDocumentedCommands::isRightForALabThatIsDown(const DocumentedCommand& command) {
    static const std::set<QString> kDone{u"validate"_s, u"edit"_s, u"status"_s, u"down"_s, u"list"_s, u"gc"_s};
    static const std::set<QString> kDoneWhereTheHostCan{u"plan"_s, u"doctor"_s};
    static constexpr std::array kDown{"is not running", "The lab host is gone", "The simulated lab is not up"};
    QStringList words = command.words.mid(1);
    if (words.first() == QLatin1String("up")) { // It would run.
        words = {u"validate"_s, words.value(1)};
    }
    auto it = m_results.find(words.join(u'\n'));
    if (it == m_results.end() || words.first() == QLatin1String("edit")) {
        it = m_results.insert_or_assign(words.join(u'\n'), podleaf().run(words)).first;
    }
    const ProgramResult& result = it->second;
    const bool isDone = result.exitCode == 0 && (kDone.contains(words.first()) || kDoneWhereTheHostCan.contains(words.first()));
    const bool hostLacks = result.exitCode == 3 && kDoneWhereTheHostCan.contains(words.first());
    const bool isDown = result.exitCode == 1 && !kDone.contains(words.first()) &&
                        std::ranges::any_of(kDown, [&result](const char* said) { return result.messages.contains(said); });
    QVERIFY2(isDone || hostLacks || isDown, qPrintable(command.where + u": `%1` ends with %2: "_s.arg(command.text()).arg(result.exitCode) +
                                                       QString::fromUtf8(result.messages)));
}

void TestDocumentedCommands::labsAndTheirPartsExist() {
    QFETCH(QString, page);
    for (const DocumentedCommand& command : commandsOf(page)) {
        if (command.words.first() == QLatin1String("podleaf") && command.words.value(1) != QLatin1String("kube")) {
            isRightForALabThatIsDown(command);
        }
        if (QTest::currentTestFailed()) {
            return;
        }
    }
}

QTEST_GUILESS_MAIN(TestDocumentedCommands)
#include "tst_documented_commands.moc"
