// SPDX-License-Identifier: GPL-3.0-or-later
// CapturePanel: see the header.
#include "capture_panel.h"

#include "fault_box.h"
#include "file_question.h"
#include "table_panel.h"

#include <ui/models/field_tree.h>
#include <ui/theme/glyphs.h>

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QProcess>
#include <QPushButton>
#include <QSplitter>
#include <QStandardPaths>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <fcntl.h>

namespace podleaf::ui {

namespace {

constexpr int kDetailRow = 20;
constexpr int kCableWidth = 120;         ///< At least.
constexpr qint64 kNamedAtOnce = 100'000; ///< Then tshark, which keeps what it has seen, begins anew.
constexpr qint64 kWorthAnew = 1000;      ///< One that ends sooner is broken.
constexpr qint64 kEverything = std::numeric_limits<qint64>::max();

} // namespace

CapturePanel::CapturePanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_tshark(new Tshark(this)), m_packets(new PacketTable(this)), m_fields(new FieldTree(this)),
      m_head(new QWidget(this)), m_cable(new QComboBox(m_head)), m_toggle(new QPushButton(m_head)),
      m_wireshark(new QPushButton(tr("Wireshark"), m_head)), m_save(new QPushButton(tr("Save…"), m_head)),
      m_fault(new FaultBox(theme, this)), m_table(new TablePanel(m_packets, theme, this)), m_details(new QTreeView(this)) {
    m_table->setFollowsTail(true);
    m_table->setFilterHint(tr("address, protocol or word"));
    m_table->setColumnWidths({46, 112, 102, 102, 68, 50});
    styleView(*m_details, theme, kDetailRow);
    m_details->setModel(m_fields);
    m_details->setHeaderHidden(true);
    m_details->setAccessibleName(tr("What is in the packet"));
    m_fault->hide();
    makeHead();
    auto* both = new QSplitter(this);
    both->addWidget(m_table);
    both->addWidget(m_details);
    both->setStretchFactor(0, 5);
    both->setStretchFactor(1, 2);
    both->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_fault);
    layout->addWidget(both, 1);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    connect(m_table->view()->selectionModel(), &QItemSelectionModel::currentChanged, this, &CapturePanel::showPacket);
    connect(m_tshark, &Tshark::named, this,
            [this](qint64 place, const capture::PacketSummary& summary) { m_packets->setSummary(m_namedFrom + place - 1, summary); });
    connect(m_tshark, &Tshark::dissected, this, [this](qint64 number, const std::vector<capture::PacketField>& fields) {
        if (number == m_shown) {
            showFields(fields);
        }
    });
    refresh();
}

CapturePanel::~CapturePanel() = default;

void CapturePanel::makeHead() {
    auto* row = new QHBoxLayout(m_head);
    row->setContentsMargins(8, 4, 8, 0);
    row->addWidget(m_cable);
    row->addWidget(m_toggle);
    row->addStretch();
    row->addWidget(m_wireshark);
    row->addWidget(m_save);
    m_cable->setAccessibleName(tr("Cable"));
    m_cable->setMinimumWidth(m_theme.scaled(kCableWidth));
    m_cable->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_wireshark->setToolTip(tr("Opens what is captured in Wireshark, and what comes."));
    m_save->setToolTip(tr("Saves what is captured as a pcapng file."));
    connect(m_toggle, &QPushButton::clicked, this, [this] {
        if (isRunning()) {
            stop();
        } else {
            start(LinkId(m_cable->currentText()));
        }
    });
    connect(m_wireshark, &QPushButton::clicked, this, &CapturePanel::openInWireshark);
    connect(m_save, &QPushButton::clicked, this, [this] {
        const QString name = m_link.name + QStringLiteral(".pcapng");
        askWhereToSave(this, {tr("Save the capture"), name, tr("Captures (*.pcapng)")}, [this](const QString& path) { save(path); });
    });
}

void CapturePanel::refreshTheme() {
    refresh();
}

void CapturePanel::setLab(const QStringList& cables, CaptureLink capture) {
    m_tshark->stop();
    m_run.reset();
    m_packets->clear();
    m_fields->show({});
    m_fault->hide();
    m_capture = std::move(capture);
    setCables(cables);
    m_total = m_dropped = 0;
    refresh();
}

/// As wide as the longest name, and the list in any case. Not all are measured: a large lab has very many.
void CapturePanel::setCables(const QStringList& cables) {
    m_cables = cables;
    m_cable->clear();
    m_cable->addItems(cables);
    qsizetype longest = 0;
    for (const QString& cable : cables) {
        longest = std::max(longest, cable.size());
    }
    m_cable->setMinimumContentsLength(static_cast<int>(longest));
    m_cable->view()->setMinimumWidth(m_cable->sizeHint().width());
}

void CapturePanel::changeLab(const QStringList& cables, CaptureLink capture) {
    const QString chosen = m_cable->currentText();
    m_capture = std::move(capture);
    setCables(cables);
    if (m_run != nullptr && !cables.contains(chosen)) {
        m_cable->addItem(chosen); // What is shown is of it.
        if (isRunning()) {
            showFault({ErrorCode::NotFound,
                       tr("%1 is not in the lab file any more. Its capture ends when the change is applied.").arg(chosen),
                       {},
                       {},
                       {}});
        }
    }
    m_cable->setCurrentText(chosen);
    refresh();
}

void CapturePanel::choose(const LinkId& link) {
    if (!isRunning()) {
        m_cable->setCurrentText(link.name);
    }
}

void CapturePanel::start(const LinkId& link) {
    if (!m_capture) {
        return;
    }
    m_cable->setCurrentText(link.name);
    m_packets->clear();
    m_fields->show({});
    m_fault->hide();
    m_shown = 0;
    m_total = m_dropped = 0;
    m_link = link;
    m_run = std::make_unique<CaptureRun>(
        [capture = m_capture, link](OpContext& context, int output) { return capture(context, link, output); });
    connectRun();
    startTshark(1);
    refresh();
    Q_EMIT runningChanged();
}

void CapturePanel::connectRun() {
    connect(m_run.get(), &CaptureRun::packetsCame, this, [this](const PacketBatch& batch) {
        m_packets->append(batch);
        m_total = batch.rows.empty() ? m_total : static_cast<quint64>(batch.rows.back().number);
        m_dropped = batch.dropped;
        refresh();
    });
    connect(m_run.get(), &CaptureRun::packetReady, this, [this](qint64 number, const QByteArray& frame, const QByteArray& file) {
        if (number != m_shown) {
            return;
        }
        showFields(capture::dissect(frame)); // At once; tshark takes its time.
        if (Tshark::isInstalled()) {
            m_tshark->dissect(number, file);
        }
    });
    connect(m_run.get(), &CaptureRun::feeding, this, [this](int id, qint64 first) { m_namedFrom = id == m_feed ? first : m_namedFrom; });
    connect(m_run.get(), &CaptureRun::fed, this, [this](int id, qint64 next) {
        if (id == m_feed && isRunning() && next - m_namedFrom >= kWorthAnew) {
            startTshark(next);
        }
    });
    connect(m_run.get(), &CaptureRun::saved, this, [this](const Result<>& result) {
        if (!result) {
            showFault(result.error());
        }
    });
    connect(m_run.get(), &CaptureRun::ended, this, &CapturePanel::onEnded);
}

void CapturePanel::onEnded(const Result<capture::Summary>& summary) {
    if (!m_cables.contains(m_link.name)) {
        showFault({ErrorCode::NotFound, tr("The capture has ended: %1 is not in the lab any more.").arg(m_link.name), {}, {}, {}});
    } else if (!summary && summary.error().code != ErrorCode::Cancelled) {
        showFault(summary.error());
    }
    m_dropped = summary ? summary->dropped : m_dropped;
    refresh();
    Q_EMIT runningChanged();
}

void CapturePanel::startTshark(qint64 from) {
    if (UniqueFd pipe = m_tshark->start(); pipe.isValid()) {
        m_run->feed(std::move(pipe), ++m_feed, from, kNamedAtOnce);
    }
}

void CapturePanel::stop() {
    if (m_run) {
        m_run->stop();
    }
}

void CapturePanel::save(const QString& path) {
    if (m_run) {
        m_run->save(path);
    }
}

void CapturePanel::openInWireshark() {
    const QString program = QStandardPaths::findExecutable(QStringLiteral("wireshark"));
    std::array<int, 2> ends{-1, -1};
    if (program.isEmpty() || !m_run || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return showFault(
            {ErrorCode::HostLacks, tr("Wireshark is not installed."), {}, tr("Save writes a file that Wireshark reads elsewhere."), {}});
    }
    const UniqueFd theirs(ends[0]);
    UniqueFd ours(ends[1]);
    QProcess wireshark; // It outlives us.
    wireshark.setProgram(program);
    wireshark.setArguments({QStringLiteral("-k"), QStringLiteral("-i"), QStringLiteral("-")});
    wireshark.setStandardInputFile(QStringLiteral("/proc/self/fd/%1").arg(theirs.get()));
    wireshark.setStandardOutputFile(QProcess::nullDevice());
    wireshark.setStandardErrorFile(QProcess::nullDevice());
    if (!wireshark.startDetached()) {
        return showFault({ErrorCode::Failed, tr("Wireshark did not start."), wireshark.errorString(), {}, {}});
    }
    m_run->feed(std::move(ours), -1, 1, kEverything);
}

void CapturePanel::showPacket(const QModelIndex& row) {
    if (row.isValid() && m_run) {
        const auto* rows = qobject_cast<const QAbstractProxyModel*>(row.model());
        m_shown = m_packets->numberAt(rows != nullptr ? rows->mapToSource(row).row() : row.row());
        m_run->askForPacket(m_shown);
    }
}

void CapturePanel::showFields(std::vector<capture::PacketField> fields) {
    m_fields->show(std::move(fields));
    const int last = m_fields->rowCount() - 1;
    if (last >= 0) { // What the packet is for is at the bottom.
        m_details->expand(m_fields->index(last, 0));
    }
}

void CapturePanel::showFault(const Error& error) {
    m_fault->setFault(error);
    m_fault->show();
}

QString CapturePanel::faultShown() const {
    return m_fault->isVisibleTo(this) ? m_fault->sentence() : QString();
}

void CapturePanel::refresh() {
    const bool running = isRunning();
    m_cable->setEnabled(!running && m_cable->count() > 0);
    m_toggle->setEnabled(m_capture && m_cable->count() > 0);
    m_toggle->setText(running ? tr("Stop") : tr("Start"));
    m_toggle->setIcon(icon(running ? QStringLiteral("stop") : QStringLiteral("capture"), m_theme));
    m_wireshark->setEnabled(m_run != nullptr);
    m_save->setEnabled(m_total > 0);
    m_table->setEmptySentence(running ? tr("No packet yet.") : tr("Start shows the packets of a cable as they come."));
    const QString packets = m_total == 1 ? tr("1 packet") : tr("%L1 packets").arg(m_total);
    m_table->setNote(tr("%1, %2 lost").arg(packets).arg(m_dropped), m_dropped > 0 ? QStringLiteral("warn") : QStringLiteral("muted"));
}

} // namespace podleaf::ui
