// SPDX-License-Identifier: GPL-3.0-or-later
// TestPanel: see the header.
#include "test_panel.h"

#include "fault_box.h"
#include "table_panel.h"

#include <ui/models/mismatch_table.h>

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

#include <algorithm>

namespace podleaf::ui {

namespace {
constexpr int kMatrixRow = 26;
constexpr int kListRow = 20;
constexpr int kMark = 16;
constexpr int kSourceWidth = 190;
constexpr int kTargetWidth = 182;
} // namespace

TestPanel::TestPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_matrix(new TestMatrix(this)), m_mismatches(new MismatchTable(this)),
      m_title(new QLabel(tr("Test nginx"), this)), m_mark(new QLabel(this)), m_sentence(new QLabel(this)),
      m_again(new QPushButton(tr("Run again"), this)), m_head(new QWidget(this)), m_fault(new FaultBox(theme, this)),
      m_view(new QTreeView(this)), m_list(new QTreeView(this)), m_empty(new EmptyState(m_view, this)) {
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setWordWrap(true); // A long sentence must not push the docks apart.
    auto* head = new QHBoxLayout(m_head);
    head->setContentsMargins(12, 4, 8, 4);
    head->addWidget(m_title);
    head->addSpacing(4);
    head->addWidget(m_mark);
    head->addWidget(m_sentence, 1);
    head->addWidget(m_again);
    m_title->setFont(theme.font(FontRole::Strong));
    m_again->setIcon(icon(QStringLiteral("again"), theme));

    styleView(*m_view, theme, kMatrixRow);
    m_view->setModel(m_matrix);
    m_view->setRootIsDecorated(false);
    m_view->setSelectionBehavior(QAbstractItemView::SelectItems);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->header()->setStretchLastSection(false);
    m_view->setAlternatingRowColors(false);
    m_view->viewport()->installEventFilter(this);
    styleView(*m_list, theme, kListRow);
    m_list->setModel(m_mismatches);
    m_list->setRootIsDecorated(false);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_fault);
    layout->addWidget(m_empty, 3);
    layout->addWidget(m_list, 2);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    connect(m_empty, &EmptyState::actionClicked, this, &TestPanel::testRequested);
    connect(m_again, &QPushButton::clicked, this, &TestPanel::testRequested);
    const auto showLeg = [this](const QModelIndex& index) {
        if (const auto result = m_matrix->resultAt(index)) {
            Q_EMIT legClicked(*result);
        }
    };
    connect(m_view, &QTreeView::clicked, this, showLeg);
    connect(m_view, &QTreeView::activated, this, showLeg); // Enter
    m_fault->hide();
    refresh();
}

TestPanel::~TestPanel() = default;

void TestPanel::setLegs(const model::Lab& lab, const std::vector<intent::Leg>& legs) {
    m_matrix->setLegs(lab, legs);
    m_mismatches->show({});
    m_fault->hide();
    spreadColumns();
    refresh();
}

void TestPanel::spreadColumns() {
    const int source = qRound(kSourceWidth * m_theme.fontScale());
    const int least = qRound(kTargetWidth * m_theme.fontScale());
    const int targets = m_matrix->columnCount() - 1;
    const int room = m_view->viewport()->width() - source;
    for (int column = 1; column <= targets; ++column) { // To the pixel, whatever the number.
        m_view->setColumnWidth(column, std::max(least, room * column / targets - room * (column - 1) / targets));
    }
    m_view->setColumnWidth(0, source);
}

bool TestPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) {
        spreadColumns();
    }
    return QWidget::eventFilter(watched, event);
}

void TestPanel::begin() {
    m_runs = true;
    m_matrix->clearResults();
    m_mismatches->show({});
    m_fault->hide();
    refresh();
}

void TestPanel::addResult(const verify::LegResult& leg) {
    m_matrix->setResult(leg);
    refresh();
}

void TestPanel::addSeen(const verify::LegResult& leg) {
    const std::optional<verify::LegResult> known = m_matrix->resultOf(leg.from, leg.to);
    const bool isKnown = known && known->ok == leg.ok && known->ms == leg.ms; // The very same measurement.
    if (!m_runs && !isKnown) {
        addResult(leg);
    }
}

void TestPanel::end(const std::optional<verify::TestReport>& report, const std::optional<Error>& error) {
    m_runs = false;
    if (report) {
        for (const auto& leg : report->legs) {
            m_matrix->setResult(leg);
        }
        m_mismatches->show(report->mismatches);
        m_list->resizeColumnToContents(0);
        m_list->setColumnWidth(1, width() / 2);
    }
    m_fault->setVisible(error && error->code != ErrorCode::Cancelled);
    if (error) {
        m_fault->setFault(*error);
    }
    refresh();
}

void TestPanel::refresh() {
    const TestCounts counts = m_matrix->counts();
    const bool bad = counts.notAsIntended > 0 || m_mismatches->rowCount() > 0;
    const Glyph before = m_glyph;
    m_glyph = m_runs ? Glyph::Wait : counts.finished == 0 ? Glyph::None : bad ? Glyph::Bad : Glyph::Ok;
    QString text = m_matrix->sentence();
    if (m_mismatches->rowCount() > 0) {
        text += m_mismatches->rowCount() == 1 ? tr(" The lab itself differs from its file in one place.")
                                              : tr(" The lab itself differs from its file in %1 places.").arg(m_mismatches->rowCount());
    }
    m_sentence->setText(text);
    m_mark->setPixmap(m_glyph == Glyph::None ? QPixmap()
                                             : glyphIcon(m_glyph, m_theme).pixmap(m_theme.scaled(kMark), m_theme.scaled(kMark)));
    m_list->setVisible(m_mismatches->rowCount() > 0);
    const bool tested = m_runs || counts.finished > 0;
    m_head->setVisible(tested);
    m_again->setEnabled(!m_runs);
    m_again->setToolTip(m_runs ? tr("The test is running.") : tr("Asks every leg again (F5)."));
    if (tested) {
        m_empty->showView();
    } else if (counts.legs == 0) {
        m_empty->showSentence(tr("This lab has no tests."));
    } else {
        m_empty->showSentence(tr("Not tested yet."), tr("Test nginx"));
    }
    if (before != m_glyph) {
        Q_EMIT glyphChanged();
    }
}

} // namespace podleaf::ui
