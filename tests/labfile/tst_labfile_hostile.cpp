// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile lab files: each ends in a clear finding or error, quickly and in bounded memory.
#include <core/labfile/labfile.h>

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <ctime>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace podleaf;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMiB = labfile::kMaxBytes;

QByteArray repeated(const QByteArray& piece, qsizetype size = kMiB) {
    return piece.repeated(size / piece.size());
}

/// "piece" once a line, each line one blank deeper.
QByteArray staircase(const QByteArray& piece) {
    QByteArray text;
    for (int i = 0; text.size() < kMiB - 2000; ++i) {
        text += QByteArray(i, ' ') + piece + '\n';
    }
    return text;
}

QByteArray numbered(const QByteArray& before, const QByteArray& behind, int count = 60000) {
    QByteArray text;
    for (int i = 0; i < count && text.size() < kMiB - 200; ++i) {
        text += before + QByteArray::number(i) + behind;
    }
    return text;
}

// What a user waits for is an optimised build; others get room for what they add.
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr std::chrono::milliseconds kLimit{1000};
#else
constexpr std::chrono::milliseconds kLimit{10'000};
#endif

/// Of this thread, so that other work on the machine does not count.
std::chrono::milliseconds processorTime() {
    timespec time = {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) +
           std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(time.tv_nsec));
}

long peakMemoryKiB() {
    rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

void writeFile(const QString& path, const QByteArray& text) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

} // namespace

class TestLabFileHostile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void texts_data();
    void texts();
    void findingsAreBounded();
    void everyPrefixOfTheTutorialIsSurvived();
    void files();
    void namesAndPaths();
};

void TestLabFileHostile::texts_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("expected"); // The first error's place and message.
    const auto row = [](const char* name, const QByteArray& text, const char* expected) {
        QTest::newRow(name) << text << QString::fromUtf8(expected);
    };
    const QByteArray lab = "name: a\nnodes: {a: {kind: leaf}}\n";

    row("too large", QByteArray(kMiB + 1, '#'), "0:0 The file is larger than 1024 KiB.");
    row("brackets", repeated("["), "1:1 A bracket is not closed, or too much stands in it.");
    row("brackets in lines", repeated("[\n"), "1:1 A bracket is not closed, or too much stands in it.");
    row("brackets in long lines", repeated(QByteArray(4000, '[') + '\n'), "1:1 A bracket is not closed, or too much stands in it.");
    row("braces in long lines", repeated(QByteArray(4000, '{') + '\n'), "1:1 A bracket is not closed, or too much stands in it.");
    row("brackets, just deep enough", QByteArray(17, '[') + QByteArray(17, ']'), "1:17 The file nests deeper than 16 levels.");
    row("open bracket, many words", "name: [" + repeated("a,\n", kMiB - 100), "1:7 A bracket is not closed, or too much stands in it.");
    row("brackets in comments", "# [[[" + QByteArray(400, '{') + "\nname: a #[[[[\n" + repeated("#\n", kMiB / 2),
        "2:1 The lab has no nodes.");
    row("brackets and colons", repeated(QByteArray("[:").repeated(2000) + '\n'), "1:1 A bracket is not closed, or too much stands in it.");
    row("dashes", repeated("- "), "1:4097 The line is longer than 4096 bytes.");
    row("dashes, a line", QByteArray("- ").repeated(2000), "1:33 The file nests deeper than 16 levels.");
    row("dashes, staircase", staircase("-"), "17:17 The file nests deeper than 16 levels.");
    row("keys, staircase", staircase("a:"), "17:17 The file nests deeper than 16 levels.");
    row("question marks", QByteArray("? ").repeated(2000), "1:33 The file nests deeper than 16 levels.");
    row("one line", repeated("x"), "1:4097 The line is longer than 4096 bytes.");
    row("a scalar of many lines", lab + "x: |\n" + repeated("  x\n", kMiB - 100), "3:1 Unknown key \"x\" in the lab.");
    row("a plain scalar of many lines", repeated("x\n"), "1:1 The file is not a mapping of keys to values.");
    row("blank lines", repeated("\n"), "1:1 The file is empty.");
    row("blanks", repeated(QByteArray(4000, ' ') + '\n'), "1:1 The file is empty.");
    row("comments", repeated("#\n"), "1:1 The file is empty.");
    row("directives", repeated("%A\n"), "1:1 The file is empty.");
    row("equal keys", repeated("a: 1\n"), "2:1 The key \"a\" is given twice.");
    row("different keys", numbered("a", ": 1\n"), "25000:9 The file holds more than 50000 values.");
    row("list of words", repeated("- a\n"), "50000:3 The file holds more than 50000 values.");
    row("nulls", repeated("-\n"), "50001:1 The file holds more than 50000 values.");
    row("anchors", repeated("- &a b\n"), "1:3 Anchors (&name) are not allowed in a lab file.");
    row("alias bomb", "name: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nnodes: *c\n",
        "1:7 Anchors (&name) are not allowed in a lab file.");
    row("alias to itself", "name: &a [*a]\nnodes: *a\n", "1:7 Anchors (&name) are not allowed in a lab file.");
    row("documents", repeated("---\n"), "2:1 The document ends before this.");
    row("tags", lab + "b: !<tag:yaml.org,2002:python/object/apply:os.system> x\n", "3:1 Unknown key \"b\" in the lab.");
    row("NUL", "name: a\nno" + QByteArray(1, '\0') + "des: {}\n", "2:3 The character 0x00 does not belong in a text file.");
    row("escape", "name: \x1b[31m\n", "1:7 The character 0x1b does not belong in a text file.");
    row("lone carriage return", "name: a\rnodes: {}\n", "1:8 The character 0x0d does not belong in a text file.");
    // Without a terminating NUL behind the text, as from a buffer of the caller's.
    row("carriage return at the end", QByteArray::fromRawData("name: a\r\n", 8), "1:8 The character 0x0d does not belong in a text file.");
    row("not UTF-8", "name: a\n# caf\xE9\nnodes: {}\n", "2:6 The text is not valid UTF-8 here.");
    row("UTF-8 overlong", "name: \xC0\xAF\n", "1:7 The text is not valid UTF-8 here.");
    row("UTF-8 surrogate", "name: \xED\xA0\x80\n", "1:7 The text is not valid UTF-8 here.");
    row("UTF-8 cut short", "name: \xE2\x82", "1:7 The text is not valid UTF-8 here.");
    row("UTF-16 little", QByteArray("\xFF\xFEn\0a\0", 6), "1:1 The file is UTF-16, not UTF-8.");
    row("UTF-16 big", QByteArray("\xFE\xFF\0n\0a", 6), "1:1 The file is UTF-16, not UTF-8.");
    row("UTF-16 without mark", QByteArray("n\0a\0m\0e\0", 8), "1:2 The character 0x00 does not belong in a text file.");
    row("tabs", repeated("\t", 4000), "1:1 A tab stands where YAML wants blanks.");
    row("many nodes", "name: a\nnodes:\n" + numbered("  n", ": {}\n", 20000), "3:3 \"n0\" has no kind.");
    row("many bad ends", "name: a\nnodes: {a: {kind: leaf}}\nlinks:\n" + numbered("- {ends: [b:p", ", c:p]}\n", 9000),
        "4:11 There is no node \"b\".");
    row("many workloads", "name: a\nnodes: {a: {kind: leaf}}\nworkloads:\n" + numbered("  w", ": {replicas: 1000}\n", 12000),
        "4:3 There is no host for the pods of w0.");
    row("many pods",
        "name: a\naddresses: {pods-per-host: 16}\nnodes: {a: {kind: leaf}, h: {kind: host}}\nlinks: [{ends: [a:p, h:p]}]\nworkloads:\n" +
            numbered("  w", ": {replicas: 1000}\n", 12000),
        "10:3 The lab has more than 4096 pods.");
    row("huge pools", "name: a\naddresses: {pods: 0.0.0.0/0, links: 0.0.0.0/0}\nnodes: {a: {kind: leaf}}\n",
        "2:19 0.0.0.0/0 cannot be used for addresses.pods: it meets reserved addresses.");
    row("placeholders in names", "name: a\nnodes: {\"%1%2%3\": {kind: \"%2\"}}\n", "2:9 The name \"%1%2%3\" is not a valid name.");
}

void TestLabFileHostile::texts() {
    QFETCH(QByteArray, text);
    QFETCH(QString, expected);
    const long before = peakMemoryKiB();
    const auto start = processorTime();
    const auto parsed = labfile::parse(text);
    const auto took = processorTime() - start;
    const auto error = std::ranges::find(parsed.findings, model::Severity::Error, &model::Finding::severity);
    QVERIFY(error != parsed.findings.end());
    QCOMPARE(QStringLiteral("%1:%2 ").arg(error->line).arg(error->column) + error->message, expected);
    QVERIFY(!parsed.lab);
    QVERIFY2(took < kLimit, qPrintable(QStringLiteral("%1 ms").arg(took.count())));
    QVERIFY2(peakMemoryKiB() - before < 200 * 1024, "memory");
}

void TestLabFileHostile::findingsAreBounded() {
    const auto parsed = labfile::parse(repeated("a: 1\n", 20000));
    QCOMPARE(parsed.findings.size(), size_t{201});
    QCOMPARE(parsed.findings.back().message, u"There are 3802 more findings; only the first 200 are listed."_s);
}

void TestLabFileHostile::everyPrefixOfTheTutorialIsSurvived() {
    const auto source = labfile::load(u"tutorial"_s);
    QVERIFY(source);
    for (qsizetype size = 0; size < source->text.size(); ++size) {
        const auto parsed = labfile::parse(source->text.left(size));
        for (const model::Finding& finding : parsed.findings) {
            QVERIFY(!finding.message.isEmpty());
            QVERIFY(finding.line >= 1 && finding.column >= 1);
        }
        QVERIFY(parsed.lab || !parsed.findings.empty());
    }
}

void TestLabFileHostile::files() {
    const QTemporaryDir folder;
    const auto codeOf = [&](const QString& name) {
        QElapsedTimer timer;
        timer.start();
        const auto source = labfile::load(folder.filePath(name));
        Q_ASSERT(timer.elapsed() < 1000);
        return source ? QStringLiteral("read") : source.error().message.section(u'/', -1);
    };
    writeFile(folder.filePath(u"good.yaml"_s), "name: a\nnodes: {a: {kind: leaf}}\n");
    QCOMPARE(codeOf(u"good.yaml"_s), u"read"_s);

    writeFile(folder.filePath(u"full.yaml"_s), QByteArray(kMiB, '#'));
    QCOMPARE(codeOf(u"full.yaml"_s), u"read"_s);
    writeFile(folder.filePath(u"large.yaml"_s), QByteArray(kMiB + 1, '#'));
    QCOMPARE(codeOf(u"large.yaml"_s), u"large.yaml is larger than 1024 KiB."_s);
    QFile sparse(folder.filePath(u"sparse.yaml"_s));
    QVERIFY(sparse.open(QIODevice::WriteOnly));
    QVERIFY(sparse.resize(qint64{1} << 40U));
    QCOMPARE(codeOf(u"sparse.yaml"_s), u"sparse.yaml is larger than 1024 KiB."_s);

    QCOMPARE(::mkfifo(qPrintable(folder.filePath(u"fifo.yaml"_s)), 0600), 0);
    QCOMPARE(codeOf(u"fifo.yaml"_s), u"fifo.yaml is not a regular file."_s);
    QVERIFY(QFile::link(u"/dev/zero"_s, folder.filePath(u"zero.yaml"_s)));
    QCOMPARE(codeOf(u"zero.yaml"_s), u"zero.yaml is not a regular file."_s);
    QVERIFY(QDir(folder.path()).mkdir(u"folder.yaml"_s));
    QCOMPARE(codeOf(u"folder.yaml"_s), u"folder.yaml is a folder."_s);
    QVERIFY(QFile::link(folder.filePath(u"loop.yaml"_s), folder.filePath(u"loop.yaml"_s)));
    QCOMPARE(codeOf(u"loop.yaml"_s), u"loop.yaml."_s);
    QCOMPARE(codeOf(u"missing.yaml"_s), u"missing.yaml."_s);
    QCOMPARE(labfile::load(folder.filePath(u"missing.yaml"_s)).error().code, ErrorCode::NotFound);
    QCOMPARE(labfile::load(folder.filePath(u"large.yaml"_s)).error().code, ErrorCode::InvalidInput);
    // Files that claim to be empty and are not.
    const auto proc = labfile::load(u"/proc/self/status"_s);
    QVERIFY(proc);
    QVERIFY(!proc->text.isEmpty());
}

void TestLabFileHostile::namesAndPaths() {
    const QTemporaryDir folder;
    const QTemporaryDir labs;
    QVERIFY(QDir(labs.path()).mkdir(u"zebra"_s) && QDir(labs.path()).mkdir(u"ant"_s) && QDir(labs.path()).mkdir(u"no-lab"_s));
    writeFile(labs.filePath(u"zebra/lab.yaml"_s), "name: zebra\nnodes: {z: {kind: leaf}}\n");
    writeFile(labs.filePath(u"ant/lab.yaml"_s), "name: ant\n");
    qputenv("PODLEAF_LABS", labs.path().toUtf8());
    const auto list = labfile::builtinLabs();
    const auto zebra = labfile::load(u"zebra"_s);
    const auto ant = labfile::load(u"ant"_s);
    const auto unknown = labfile::load(u"zebr"_s);
    const auto none = labfile::load(QString());
    qunsetenv("PODLEAF_LABS");
    QCOMPARE(list.size(), size_t{2});
    QCOMPARE(list[0].name, u"ant"_s);
    QVERIFY(zebra);
    QCOMPARE(zebra->path, labs.filePath(u"zebra/lab.yaml"_s));
    QVERIFY(zebra->parsed.lab);
    QVERIFY(ant); // Readable, with mistakes.
    QVERIFY(!ant->parsed.lab);
    QVERIFY(!unknown && !none);
    QCOMPARE(unknown.error().code, ErrorCode::NotFound);
    QCOMPARE(unknown.error().message, u"There is no lab named zebr."_s);
    QCOMPARE(unknown.error().hint, u"Built-in labs: ant, zebra. Or give the path of a lab file."_s);

    // A file without a telling name is found because it exists; paths come back absolute.
    const QString before = QDir::currentPath();
    writeFile(folder.filePath(u"mine"_s), "name: mine\nnodes: {z: {kind: leaf}}\n");
    QVERIFY(QDir::setCurrent(folder.path()));
    const auto mine = labfile::load(u"mine"_s);
    QVERIFY(QDir::setCurrent(before));
    QVERIFY(mine);
    QCOMPARE(mine->path, folder.filePath(u"mine"_s));
}

QTEST_GUILESS_MAIN(TestLabFileHostile)
#include "tst_labfile_hostile.moc"
