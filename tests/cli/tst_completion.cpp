// SPDX-License-Identifier: GPL-3.0-or-later
// What a shell offers next, asked of the real program and through the real bash and zsh; and that the help, the man page
// and the command table know the same commands and options.
#include <tests/e2e/podleaf_program.h>

#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using namespace podleaf::test;
using namespace Qt::StringLiterals;

namespace {

QStringList linesOf(const QByteArray& output) {
    return QString::fromUtf8(output).split(u'\n', Qt::SkipEmptyParts);
}

/// Every match of the pattern's first group.
QStringList matches(const QString& text, const QString& pattern) {
    QStringList found;
    auto it = QRegularExpression(pattern, QRegularExpression::MultilineOption).globalMatch(text);
    while (it.hasNext()) {
        found << it.next().captured(1);
    }
    found.sort();
    return found;
}

} // namespace

class TestCompletion : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    [[nodiscard]] PodleafProgram podleaf() const { return PodleafProgram(m_folder.path() + u"/run"_s); }
    [[nodiscard]] QString help(const QStringList& command) const {
        return QString::fromUtf8(podleaf().run(command + QStringList{u"--help"_s}).output);
    }
    [[nodiscard]] QStringList commands() const { return matches(help({}), u"^  ([a-z]+) +[A-Z]"_s); }

    /// Runs a shell with the program's folder first in PATH.
    QStringList inShell(const QString& shell, const QStringList& arguments, const QString& script) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"PATH"_s, QStringLiteral(PODLEAF_BIN_DIR ":") + environment.value(u"PATH"_s));
        environment.insert(u"XDG_STATE_HOME"_s, m_folder.path());
        environment.insert(u"XDG_RUNTIME_DIR"_s, m_folder.path());
        process.setProcessEnvironment(environment);
        process.start(shell, arguments + QStringList{u"-c"_s, script});
        if (!process.waitForFinished()) {
            return {u"no answer from "_s + shell};
        }
        return linesOf(process.readAllStandardOutput() + process.readAllStandardError());
    }

private Q_SLOTS:
    void words_data() {
        QTest::addColumn<QStringList>("typed");
        QTest::addColumn<QStringList>("offered");
        const auto row = [](const char* typed, const char* offered) {
            QTest::newRow(typed) << QString::fromLatin1(typed).split(u' ') << QString::fromLatin1(offered).split(u' ', Qt::SkipEmptyParts);
        };
        row("va", "validate");
        row("--v", "--version");
        row("up tutorial-", "tutorial-2016 tutorial-kubernetes @files");
        row("up tutorial ", "");
        row("up --t", "--timeout");
        row("up --engine ", "namespaces");
        row("exec tutorial host", "host1 host2 host3");
        row("exec tutorial my", "my-nginx-1 my-nginx-2");
        row("exec tutorial host1 -- ca", "@files");
        row("exec host", "@files"); // no lab was used before
        row("link tutorial ", "intnet1 intnet2 intnet3");
        row("link tutorial intnet1 c", "cut");
        row("capture tutorial --end b", "both");
        row("capture tutorial -w ", "@files");
        row("trace tutorial host1 host2", "host2");
        row("test tutorial ", "nginx");
        row("edit tutorial ", "add remove rename set link kubernetes group note");
        row("edit tutorial add ", "leaf host spine router");
        row("edit tutorial remove host", "host1 host2 host3");
        row("edit tutorial set my", "my-nginx");
        row("edit tutorial set my-nginx ", "replicas on");
        row("edit tutorial set host1 ", "kind asn loopback pod-cidr dhcp position");
        row("edit tutorial set host1 kind ", "leaf host spine router");
        row("edit tutorial link ", "add remove rename impair restore");
        row("edit tutorial link impair intnet", "intnet1 intnet2 intnet3");
        row("edit tutorial link remove ", "intnet1 intnet2 intnet3");
        row("edit tutorial kubernetes ", "on off set");
        row("edit tutorial kubernetes set ", "version control-plane services");
        row("edit tutorial kubernetes set version ", "1.37.2 default");
        row("edit tutorial kubernetes set control-plane host", "host1 host2 host3");
        row("edit tutorial group ", "add remove rename");
        row("edit two-leaf-ecmp group remove ", "leaves");
        row("edit tutorial --dry-run set host1 asn ", "default");
        row("kube ", "fetch list bundle prune");
        row("kube bundle ", "@files");
        row("kube fetch c", "cni containerd coredns");
        row("kube list ", "");
        row("kube fetch --from-bundle ", "@files");
        row("kubectl tutorial-", "tutorial-2016 tutorial-kubernetes @files");
        row("kubectl tutorial -- get ", "@files");
        row("kubeconfig tutorial -w ", "@files");
        row("kubeconfig tutorial --p", "--port");
        row("forward tutorial my", "my-nginx-1 my-nginx-2");
        row("forward tutorial host1 ", "");
        row("completion ", "bash zsh");
        row("burn ", "");
    }
    void words() {
        QFETCH(QStringList, typed);
        QFETCH(QStringList, offered);
        const ProgramResult result = podleaf().run(QStringList{u"completion"_s, u"words"_s, u"--"_s} + typed);
        QCOMPARE(result.exitCode, 0);
        QStringList got;
        for (const QString& line : linesOf(result.output)) {
            got << line.section(u'\t', 0, 0);
        }
        QCOMPARE(got, offered);
    }

    void bash() {
        const QString script =
            u"set -u; source <(podleaf completion bash); COMP_WORDS=(podleaf %1); COMP_CWORD=%2; _podleaf; printf '%s\\n' \"${COMPREPLY[@]}\""_s;
        QCOMPARE(inShell(u"bash"_s, {u"--norc"_s}, script.arg(u"logs tutorial leaf"_s).arg(3)), QStringList{u"leaf1"_s});
        QCOMPARE(inShell(u"bash"_s, {u"--norc"_s}, script.arg(u"validate /etc/passw"_s).arg(2)).contains(u"/etc/passwd"_s), true);
        QCOMPARE(inShell(u"bash"_s, {u"--norc"_s}, u"source <(podleaf completion bash); complete -p podleaf"_s),
                 QStringList{u"complete -F _podleaf podleaf"_s});
    }

    void zsh() {
        const QString script = u"compdef() { print compdef $@ }; _files() { print files }; _describe() { print -l ${(P)@[-1]} }; "
                               "source <(podleaf completion zsh); words=(podleaf %1); CURRENT=%2; _podleaf"_s;
        QCOMPARE(inShell(u"zsh"_s, {u"-f"_s}, script.arg(u"logs tutorial leaf"_s).arg(4)),
                 (QStringList{u"compdef _podleaf podleaf"_s, u"leaf1:leaf"_s}));
        QCOMPARE(inShell(u"zsh"_s, {u"-f"_s}, script.arg(u"capture -w ''"_s).arg(4)),
                 (QStringList{u"compdef _podleaf podleaf"_s, u"files"_s}));
    }

    void everyCommandHasItsHelp() {
        QVERIFY(commands().contains(u"completion"_s));
        for (const QString& command : commands()) {
            const QString text = help({command});
            QVERIFY2(text.contains(u"Usage: podleaf %1"_s.arg(command)), qPrintable(text));
            QVERIFY2(text.contains(u"\nExit code: "_s) && text.contains(u"\nExample: "_s), qPrintable(command));
        }
    }

    void manPageIsTheCommandTable() {
        QFile file(QStringLiteral(PODLEAF_SOURCE_DIR "/docs/man/podleaf.1"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString page = QString::fromUtf8(file.readAll());
        QCOMPARE(matches(page, u"^\\.It Ic ([a-z]+)"_s), commands());
        for (const QString& command : commands()) {
            const QString own = page.section(u"\n.It Ic %1"_s.arg(command), 1).section(u"\n.It Ic "_s, 0, 0).section(u"\n.Sh "_s, 0, 0);
            QStringList options = matches(help({command}), u"^  (?:-\\w,)?--([a-z-]+)"_s);
            options.removeAll(u"help"_s);
            options.removeAll(u"json"_s);
            QCOMPARE(matches(own, u"^\\.It .*Fl Fl ([a-z-]+)"_s), options);
        }
    }
};

QTEST_GUILESS_MAIN(TestCompletion)
#include "tst_completion.moc"
