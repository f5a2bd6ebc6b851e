// SPDX-License-Identifier: GPL-3.0-or-later
// The Capture dock over captures that a test scripts: the list while packets come, details, filter, losses, bounds,
// Wireshark (a program of that name that keeps what it is given) and files; and what tshark's output means. Offscreen;
// GUI thread.
#include "stall_watch.h"

#include <core/capture/pcapng_reader.h>
#include <ui/docks/capture_panel.h>
#include <ui/docks/table_panel.h>
#include <ui/models/field_tree.h>
#include <ui/models/packet_table.h>

#include <QAbstractItemModelTester>
#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QStyleOptionComboBox>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <unistd.h>

using namespace podleaf;
using namespace podleaf::ui;

namespace {

constexpr int kPatienceMs = 20'000;
constexpr quint64 kAtNs = 1'700'000'000'123'456'789;

/// A ping from 10.0.0.`from` to 10.0.0.2, `sequence`.
QByteArray ping(int from, int sequence) {
    QByteArray frame = QByteArray::fromHex("020000000002020000000001"
                                           "08004500001c000100004001"
                                           "0000"
                                           "0a000001"
                                           "0a000002"
                                           "0800000000070000");
    frame[29] = static_cast<char>(from);
    frame[40] = static_cast<char>(sequence / 256);
    frame[41] = static_cast<char>(sequence % 256);
    return frame;
}

QByteArray headerBlocks() {
    capture::PcapngBuffer buffer;
    buffer.addSection({});
    buffer.addInterface({QStringLiteral("leaf1:swp1"), {}, 0});
    return buffer.bytes();
}

QByteArray packetBlocks(int first, int count) {
    capture::PcapngBuffer buffer;
    for (int i = first; i < first + count; ++i) {
        buffer.addPacket({0, kAtNs + static_cast<quint64>(i) * 1000, ping(i % 200 + 1, i), 42, {}, {}});
    }
    return buffer.bytes();
}

QByteArray lossBlock(std::uint64_t dropped) {
    capture::PcapngBuffer buffer;
    buffer.addStatistics({0, 0, 0, 0, dropped});
    return buffer.bytes();
}

void writeAll(int output, const QByteArray& bytes) {
    for (qsizetype done = 0; done < bytes.size();) {
        const ssize_t count = ::write(output, bytes.constData() + done, static_cast<std::size_t>(bytes.size() - done));
        if (count < 0) {
            return;
        }
        done += count;
    }
}

/// Writes what it is given and waits for the stop.
CaptureLink scripted(const QByteArray& bytes) {
    return [bytes](OpContext& context, const LinkId&, int output) -> Result<capture::Summary> {
        writeAll(output, bytes);
        static_cast<void>(context.sleepFor(std::chrono::hours(1)));
        return capture::Summary{capture::EndedBy::Stop, {}, 0, 0};
    };
}

std::vector<capture::CapturedPacket> packetsIn(const QString& path) {
    QFile file(path);
    capture::PcapngReader reader;
    const QByteArray content = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    auto packets = reader.read(content);
    return packets ? *packets : std::vector<capture::CapturedPacket>();
}

/// Whether a QAbstractItemModelTester is at the models: at each row that comes it looks at every one there is.
enum class Watched { No, Yes };

} // namespace

class CapturePanelTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void emptyPanelSaysWhatStartDoes();
    void packetsAreListed();
    void longNamesAreWhole();
    void selectedCableIsChosen();
    void detailsOfTheSelected();
    void filterTakesWords();
    void lossesAreShown();
    void listIsBounded();
    void floodDoesNotStall();
    void faultsAreShown();
    void editedLabIsFollowed();
    void savedFileHoldsThePackets();
    void wiresharkGetsAllAndWhatComes();
    void feedBegunEarlyIsWhole();
    void withoutWiresharkItSaysSo();
    void namesThatComeBeforeTheirPackets();
    void linesOfTshark();
    void detailsOfTshark();
    void fieldTree();

private:
    void show(const CaptureLink& capture, Watched models = Watched::Yes);
    [[nodiscard]] QPushButton* button(const char* text) const;
    void start() { QTest::mouseClick(button("Start"), Qt::LeftButton); }
    [[nodiscard]] QString cell(int row, int column) const { return m_panel->packets().index(row, column).data().toString(); }

    Theme m_theme = Theme::light();
    QByteArray m_path;
    QTemporaryDir m_bin; ///< First on PATH, and alone: no tshark unless a test wants it.
    std::unique_ptr<CapturePanel> m_panel;
};

void CapturePanelTest::init() {
    m_path = qgetenv("PATH");
    qputenv("PATH", m_bin.path().toLocal8Bit());
}

void CapturePanelTest::cleanup() {
    m_panel.reset();
    qputenv("PATH", m_path);
    QFile::remove(m_bin.filePath(QStringLiteral("wireshark")));
}

void CapturePanelTest::show(const CaptureLink& capture, Watched models) {
    m_theme.applyTo(*qApp);
    m_panel = std::make_unique<CapturePanel>(m_theme);
    if (models == Watched::Yes) {
        new QAbstractItemModelTester(&m_panel->packets(), QAbstractItemModelTester::FailureReportingMode::QtTest, m_panel.get());
        new QAbstractItemModelTester(m_panel->details().model(), QAbstractItemModelTester::FailureReportingMode::QtTest, m_panel.get());
    }
    m_panel->setLab({QStringLiteral("intnet1"), QStringLiteral("intnet2")}, capture);
    m_panel->resize(900, 260);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get(), kPatienceMs));
}

QPushButton* CapturePanelTest::button(const char* text) const {
    for (auto* each : m_panel->findChildren<QPushButton*>()) {
        if (each->text() == QString::fromUtf8(text)) {
            return each;
        }
    }
    return nullptr;
}

void CapturePanelTest::emptyPanelSaysWhatStartDoes() {
    show(scripted(headerBlocks()));
    QCOMPARE(m_panel->table().emptySentence(), QStringLiteral("Start shows the packets of a cable as they come."));
    QVERIFY(!button("Save…")->isEnabled() && !button("Wireshark")->isEnabled());
    start();
    QVERIFY(m_panel->isRunning());
    QCOMPARE(m_panel->table().emptySentence(), QStringLiteral("No packet yet."));
    QTest::mouseClick(button("Stop"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!m_panel->isRunning(), kPatienceMs);
    QCOMPARE(m_panel->faultShown(), QString());
}

void CapturePanelTest::packetsAreListed() {
    show(scripted(headerBlocks() + packetBlocks(0, 3)));
    start();
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->packets().rowCount(), 3, kPatienceMs);
    QCOMPARE(cell(1, PacketTable::Number), QStringLiteral("2"));
    QVERIFY(cell(1, PacketTable::Time).endsWith(QStringLiteral(".123457")));
    QCOMPARE(cell(1, PacketTable::Source), QStringLiteral("10.0.0.2"));
    QCOMPARE(cell(1, PacketTable::Destination), QStringLiteral("10.0.0.2"));
    QCOMPARE(cell(1, PacketTable::Protocol), QStringLiteral("ICMP"));
    QCOMPARE(cell(1, PacketTable::Length), QStringLiteral("42"));
    QCOMPARE(cell(1, PacketTable::Info), QStringLiteral("Echo request, id 7, sequence 1"));
}

/// The chooser is as wide as the longest cable, though it was shown before the lab came; its list in any case.
void CapturePanelTest::longNamesAreWhole() {
    show(scripted(headerBlocks()));
    const QString name = QStringLiteral("pod-my-nginx-1");
    m_panel->setLab({QStringLiteral("intnet1"), name}, scripted(headerBlocks()));
    auto* box = m_panel->findChild<QComboBox*>();
    box->setCurrentText(name);
    const auto room = [box] {
        QStyleOptionComboBox option;
        option.initFrom(box);
        option.editable = false;
        return box->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, box).width();
    };
    QTRY_VERIFY2(room() >= box->fontMetrics().horizontalAdvance(name), qPrintable(QString::number(room())));
    m_panel->resize(360, 260); // Too narrow for the whole head.
    QTRY_VERIFY(box->view()->minimumWidth() >= box->view()->fontMetrics().horizontalAdvance(name));
}

void CapturePanelTest::selectedCableIsChosen() {
    show(scripted(headerBlocks()));
    const auto* box = m_panel->findChild<QComboBox*>();
    m_panel->choose(LinkId(QStringLiteral("intnet2")));
    QCOMPARE(box->currentText(), QStringLiteral("intnet2"));
    m_panel->choose(LinkId(QStringLiteral("no such cable")));
    QCOMPARE(box->currentText(), QStringLiteral("intnet2"));
    start();
    m_panel->choose(LinkId(QStringLiteral("intnet1")));
    QCOMPARE(box->currentText(), QStringLiteral("intnet2")); // What is shown is of it.
}

void CapturePanelTest::detailsOfTheSelected() {
    show(scripted(headerBlocks() + packetBlocks(0, 3)));
    start();
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->packets().rowCount(), 3, kPatienceMs);
    QTreeView* view = m_panel->table().view();
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(view->model()->index(1, 1)).center());
    const QAbstractItemModel* fields = m_panel->details().model();
    QTRY_COMPARE_WITH_TIMEOUT(fields->rowCount(), 3, kPatienceMs);
    QCOMPARE(fields->index(1, 0).data().toString(), QStringLiteral("IPv4, from 10.0.0.2 to 10.0.0.2"));
    QVERIFY(m_panel->details().isExpanded(fields->index(2, 0)));
}

void CapturePanelTest::filterTakesWords() {
    show(scripted(headerBlocks() + packetBlocks(0, 20)));
    start();
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->packets().rowCount(), 20, kPatienceMs);
    m_panel->table().focusFilter();
    QTest::keyClicks(m_panel->findChild<QLineEdit*>(), QStringLiteral("icmp 10.0.0.7"));
    QCOMPARE(m_panel->table().view()->model()->rowCount(), 1);
}

void CapturePanelTest::lossesAreShown() {
    show(scripted(headerBlocks() + packetBlocks(0, 1) + lossBlock(37) + packetBlocks(1, 1)));
    start();
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->packets().rowCount(), 2, kPatienceMs);
    const auto labels = m_panel->findChildren<QLabel*>();
    QVERIFY(std::ranges::any_of(labels, [](const QLabel* label) { return label->text() == QStringLiteral("2 packets, 37 lost"); }));
}

void CapturePanelTest::listIsBounded() {
    show(scripted(headerBlocks() + packetBlocks(0, kMaxPackets + 1000)));
    start();
    const QString last = QString::number(kMaxPackets + 1000);
    QTRY_COMPARE_WITH_TIMEOUT(cell(m_panel->packets().rowCount() - 1, PacketTable::Number), last, kPatienceMs);
    QCOMPARE(m_panel->packets().rowCount(), kMaxPackets);
    QCOMPARE(cell(0, PacketTable::Number), QStringLiteral("1001"));
}

void CapturePanelTest::floodDoesNotStall() {
    std::atomic<int> written = 0;
    const CaptureLink flood = [&written](OpContext& context, const LinkId&, int output) -> Result<capture::Summary> {
        writeAll(output, headerBlocks());
        while (!context.stop.stop_requested()) {
            writeAll(output, packetBlocks(written, 100));
            written += 100;
        }
        return capture::Summary{capture::EndedBy::Stop, {}, 0, 0};
    };
    show(flood, Watched::No);
    start();
    podleaf::test::StallWatch watch;
    QTRY_VERIFY_WITH_TIMEOUT(written > 20'000 && m_panel->packets().rowCount() > 1000, kPatienceMs);
    QVERIFY2(watch.worstMs() < podleaf::test::kStallMs, qPrintable(QString::number(watch.worstMs())));
    m_panel->stop();
    QTRY_VERIFY_WITH_TIMEOUT(!m_panel->isRunning(), kPatienceMs);
}

void CapturePanelTest::faultsAreShown() {
    show([](OpContext&, const LinkId&, int) -> Result<capture::Summary> {
        return fail(ErrorCode::Unreachable, QStringLiteral("The lab tutorial is not running."));
    });
    start();
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->faultShown(), QStringLiteral("The lab tutorial is not running."), kPatienceMs);
    show(scripted("no capture at all"));
    start();
    m_panel->stop();
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->faultShown(), QStringLiteral("This is no capture of Podleaf's."), kPatienceMs);
}

void CapturePanelTest::editedLabIsFollowed() {
    show(scripted(headerBlocks() + packetBlocks(0, 3)));
    start();
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->packets().rowCount(), 3, kPatienceMs);
    const CaptureLink newer = scripted(headerBlocks() + packetBlocks(0, 5));
    m_panel->changeLab({QStringLiteral("intnet1"), QStringLiteral("intnet3")}, newer);
    QVERIFY(m_panel->isRunning());
    QCOMPARE(m_panel->packets().rowCount(), 3); // What runs goes on.
    QCOMPARE(m_panel->faultShown(), QString());
    m_panel->changeLab({QStringLiteral("intnet3")}, newer);
    QCOMPARE(m_panel->faultShown(),
             QStringLiteral("intnet1 is not in the lab file any more. Its capture ends when the change is applied."));
    m_panel->stop();
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->faultShown(), QStringLiteral("The capture has ended: intnet1 is not in the lab any more."),
                              kPatienceMs);
    m_panel->start(LinkId(QStringLiteral("intnet3")));
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->packets().rowCount(), 5, kPatienceMs); // The other session's.
}

void CapturePanelTest::savedFileHoldsThePackets() {
    show(scripted(headerBlocks() + packetBlocks(0, 25)));
    start();
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->packets().rowCount(), 25, kPatienceMs);
    QVERIFY(button("Save…")->isEnabled());
    const QString path = m_bin.filePath(QStringLiteral("saved.pcapng"));
    m_panel->save(path);
    QTRY_COMPARE_WITH_TIMEOUT(packetsIn(path).size(), std::size_t(25), kPatienceMs);
    QCOMPARE(packetsIn(path)[24].bytes, ping(25, 24));
    QCOMPARE(packetsIn(path)[24].atNs, kAtNs + 24000);
    m_panel->save(QStringLiteral("/no/such/folder/x.pcapng"));
    QTRY_VERIFY_WITH_TIMEOUT(m_panel->faultShown().startsWith(QStringLiteral("Cannot write")), kPatienceMs);
}

void CapturePanelTest::wiresharkGetsAllAndWhatComes() {
    QFile program(m_bin.filePath(QStringLiteral("wireshark")));
    QVERIFY(program.open(QIODevice::WriteOnly));
    program.write("#!/bin/sh\necho \"$@\" > '" + m_bin.path().toLocal8Bit() + "/arguments'\nexec /bin/cat > '" +
                  m_bin.path().toLocal8Bit() + "/got.pcapng'\n");
    program.close();
    program.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
    std::atomic<bool> more = false;
    show([&more](OpContext& context, const LinkId&, int output) -> Result<capture::Summary> {
        writeAll(output, headerBlocks() + packetBlocks(0, 10));
        while (!more && context.sleepFor(std::chrono::milliseconds(5))) {
        }
        writeAll(output, packetBlocks(10, 5));
        static_cast<void>(context.sleepFor(std::chrono::hours(1)));
        return capture::Summary{capture::EndedBy::Stop, {}, 0, 0};
    });
    start();
    QTRY_COMPARE_WITH_TIMEOUT(m_panel->packets().rowCount(), 10, kPatienceMs);
    QTest::mouseClick(button("Wireshark"), Qt::LeftButton);
    const QString got = m_bin.filePath(QStringLiteral("got.pcapng"));
    QTRY_COMPARE_WITH_TIMEOUT(packetsIn(got).size(), std::size_t(10), kPatienceMs);
    more = true;
    QTRY_COMPARE_WITH_TIMEOUT(packetsIn(got).size(), std::size_t(15), kPatienceMs);
    QFile arguments(m_bin.filePath(QStringLiteral("arguments")));
    QVERIFY(arguments.open(QIODevice::ReadOnly));
    QCOMPARE(arguments.readAll(), QByteArray("-k -i -\n"));
    QCOMPARE(m_panel->faultShown(), QString());
}

/// A pipe that is asked for before the capture has said what it captures gets a file all the same.
void CapturePanelTest::feedBegunEarlyIsWhole() {
    std::atomic<bool> begun = false;
    CaptureRun run([&begun](OpContext& context, int output) -> Result<capture::Summary> {
        while (!begun && context.sleepFor(std::chrono::milliseconds(5))) {
        }
        writeAll(output, headerBlocks() + packetBlocks(0, 3));
        static_cast<void>(context.sleepFor(std::chrono::hours(1)));
        return capture::Summary{capture::EndedBy::Stop, {}, 0, 0};
    });
    int ends[2] = {-1, -1};
    QCOMPARE(::pipe(ends), 0);
    const UniqueFd ours(ends[0]);
    run.feed(UniqueFd(ends[1]), 1, 1, 3);
    run.askForPacket(1); // Behind it in the queue; not answered, as there is none yet.
    begun = true;
    capture::PcapngReader reader;
    std::size_t packets = 0;
    std::array<char, 4096> buffer;
    while (packets < 3) { // Blocks until they come; the end of the pipe is a failure.
        const ssize_t count = ::read(ours.get(), buffer.data(), buffer.size());
        QVERIFY(count > 0);
        const auto some = reader.read({buffer.data(), count});
        QVERIFY(some.has_value());
        packets += some->size();
    }
    QCOMPARE(reader.interfaces(), QStringList{QStringLiteral("leaf1:swp1")});
}

void CapturePanelTest::withoutWiresharkItSaysSo() {
    show(scripted(headerBlocks()));
    start();
    QTest::mouseClick(button("Wireshark"), Qt::LeftButton);
    QCOMPARE(m_panel->faultShown(), QStringLiteral("Wireshark is not installed."));
}

/// A dissector that runs is quicker than the batches in which packets come to the window.
void CapturePanelTest::namesThatComeBeforeTheirPackets() {
    PacketTable table;
    const QAbstractItemModelTester tester(&table);
    const auto infoOf = [&table](int row) { return table.index(row, PacketTable::Info).data().toString(); };
    const capture::PacketSummary named{{}, {}, QStringLiteral("ICMP"), QStringLiteral("Echo (ping) request")};
    PacketRow first;
    first.number = 1;
    PacketRow second;
    second.number = 2;
    table.setSummary(2, named);
    table.append({{first}, 1, 0});
    QCOMPARE(infoOf(0), QString());
    table.append({{second}, 1, 0});
    QCOMPARE(infoOf(1), named.info);
    table.setSummary(1, named);
    QCOMPARE(infoOf(0), named.info);
}

void CapturePanelTest::linesOfTshark() {
    const auto [place, summary] = Tshark::readLine(
        R"({"timestamp":"1700000000000","layers":{"frame_number":["3"],"_ws_col_Source":["10.0.0.1"],"_ws_col_Destination":["10.0.0.2"],"_ws_col_Protocol":["BGP"],"_ws_col_Info":["UPDATE\n\u001b[31m Message"]}})");
    QCOMPARE(place, 3);
    QVERIFY(summary == (capture::PacketSummary{QStringLiteral("10.0.0.1"), QStringLiteral("10.0.0.2"), QStringLiteral("BGP"),
                                               QStringLiteral("UPDATE [31m Message")}) ||
            !summary.info.contains(QChar(0x1b)));
    QCOMPARE(Tshark::readLine(R"({"index":{"_index":"packets-2023-11-14","_type":"doc"}})").first, 0);
    QCOMPARE(Tshark::readLine("no json").first, 0);
}

void CapturePanelTest::detailsOfTshark() {
    const auto fields = Tshark::readDetails(
        R"(<?xml version="1.0"?><pdml><packet><proto name="geninfo"><field name="num" show="1"/></proto>)"
        R"(<proto name="eth" showname="Ethernet II"><field name="eth.dst" showname="Destination: ff"><field name="eth.addr" hide="yes" showname="x"/>)"
        R"(</field><field name="eth.type" show="0x0800"/></proto></packet></pdml>)");
    const std::vector<capture::PacketField> expected{
        {QStringLiteral("Ethernet II"), {{QStringLiteral("Destination: ff")}, {QStringLiteral("0x0800")}}}};
    QVERIFY(fields == expected);
    QVERIFY(Tshark::readDetails("<pdml><packet><proto showname='a'>" + QByteArray("<field showname='b'>").repeated(10'000)).size() <= 1);
    QVERIFY(Tshark::readDetails("nonsense").empty());
}

void CapturePanelTest::fieldTree() {
    FieldTree tree;
    const QAbstractItemModelTester tester(&tree, QAbstractItemModelTester::FailureReportingMode::QtTest);
    tree.show({{QStringLiteral("a"), {{QStringLiteral("b"), {{QStringLiteral("c")}}}, {QStringLiteral("d")}}}, {QStringLiteral("e")}});
    QCOMPARE(tree.rowCount(), 2);
    const QModelIndex b = tree.index(0, 0, tree.index(0, 0));
    QCOMPARE(tree.index(0, 0, b).data().toString(), QStringLiteral("c"));
    QCOMPARE(tree.index(0, 0, b).parent().parent().data().toString(), QStringLiteral("a"));
    tree.show({});
    QCOMPARE(tree.rowCount(), 0);
}

QTEST_MAIN(CapturePanelTest)
#include "tst_capture_panel.moc"
