// SPDX-License-Identifier: GPL-3.0-or-later
// PlanPanel: see the header.
#include "plan_panel.h"

#include "elided_label.h"
#include "fault_box.h"
#include "table_panel.h"

#include <ui/models/words.h>

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollBar>
#include <QVBoxLayout>

namespace podleaf::ui {

namespace {
constexpr int kTreeRow = 20;
constexpr int kTickMs = 100;
constexpr int kBarWidth = 180;
} // namespace

PlanPanel::PlanPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_tree(new PlanTree(this)), m_title(new QLabel(this)), m_now(new ElidedLabel(Qt::ElideRight, this)),
      m_bar(new QProgressBar(this)), m_figures(new QLabel(this)), m_stop(new QPushButton(tr("Stop"), this)),
      m_apply(new QPushButton(tr("Up"), this)), m_head(new QWidget(this)), m_fault(new FaultBox(theme, this)), m_view(new QTreeView(this)),
      m_empty(new EmptyState(m_view, this)) {
    m_title->setFont(theme.font(FontRole::Strong));
    m_title->setTextFormat(Qt::PlainText);
    m_figures->setTextFormat(Qt::PlainText);
    m_figures->setProperty("role", QStringLiteral("muted"));
    m_now->setTextFormat(Qt::PlainText);
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(theme.scaled(kBarWidth));
    m_stop->setIcon(icon(QStringLiteral("stop"), theme));
    m_stop->setToolTip(tr("Stops at once; what is done stays done. Up continues from there."));
    m_apply->setProperty("primary", true);
    m_apply->setToolTip(tr("Does what the plan says."));
    m_apply->hide();
    auto* head = new QHBoxLayout(m_head);
    head->setContentsMargins(12, 4, 8, 4);
    head->setSpacing(10);
    head->addWidget(m_title);
    head->addWidget(m_now, 1);
    head->addWidget(m_bar);
    head->addWidget(m_figures);
    head->addWidget(m_stop);
    head->addWidget(m_apply);

    styleView(*m_view, theme, kTreeRow);
    m_view->setModel(m_tree);
    m_view->setIndentation(16);
    m_view->setExpandsOnDoubleClick(true);
    m_view->header()->setStretchLastSection(false);
    m_view->header()->setSectionResizeMode(PlanTree::Title, QHeaderView::Stretch);
    const double scale = theme.fontScale();
    m_view->setColumnWidth(PlanTree::Where, qRound(110 * scale));
    m_view->setColumnWidth(PlanTree::Took, qRound(74 * scale));
    m_view->setColumnWidth(PlanTree::Left, qRound(64 * scale));

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_fault);
    layout->addWidget(m_empty, 1);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    m_tick.setInterval(kTickMs);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        m_tree->tick();
        refreshHead();
        showRunning();
    });
    connectScrolling();
    connect(m_stop, &QPushButton::clicked, this, &PlanPanel::stopRequested);
    connect(m_apply, &QPushButton::clicked, this, &PlanPanel::applyRequested);
    connect(m_tree, &PlanTree::unfoldChanged, this, &PlanPanel::applyUnfolded);
    clear();
}

/// A user who goes elsewhere in the tree stays there, until what runs is in view again.
void PlanPanel::connectScrolling() {
    const QScrollBar* bar = m_view->verticalScrollBar();
    connect(bar, &QScrollBar::actionTriggered, this, [this] { m_follows = false; }); // Wheel, drag, click; not scrollTo().
    connect(bar, &QScrollBar::valueChanged, this, [this] { m_follows = m_follows || isInView(m_runningRow); });
    connect(m_view, &QTreeView::pressed, this, [this] { m_follows = false; });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex&, const QModelIndex& before) {
        m_follows = m_follows && !before.isValid(); // The first one comes with the focus.
    });
}

bool PlanPanel::isInView(const QModelIndex& row) const {
    return row.isValid() && m_view->viewport()->rect().intersects(m_view->visualRect(row));
}

/// Brings the first step that runs into view, or its heading where the user folded that.
void PlanPanel::showRunning() {
    const auto steps = m_tree->running();
    if (steps.empty()) {
        return;
    }
    const QModelIndex step = m_tree->indexOf(steps.front());
    m_runningRow = m_view->isExpanded(step.parent()) ? step : step.parent();
    if (m_follows) {
        m_view->scrollTo(m_runningRow);
    }
}

QString PlanPanel::runningStep() const {
    const auto steps = m_runs ? m_tree->running() : std::vector<plan::StepIndex>();
    if (steps.empty()) {
        return {};
    }
    const plan::Step& first = m_tree->plan()->steps[steps.front()];
    const QString name = oneLine(first.subject.isEmpty() ? first.title : tr("%1, %2").arg(first.title, first.subject));
    return steps.size() == 1 ? name : tr("%1 +%2").arg(name).arg(steps.size() - 1);
}

void PlanPanel::clear() {
    setRunning(false);
    m_tree->setPlan(nullptr);
    m_apply->hide();
    m_head->hide();
    m_fault->hide();
    m_empty->showSentence(tr("No plan yet. Plan shows what Up would do."));
    setGlyph(Glyph::None);
}

void PlanPanel::begin(const QString& title) {
    m_tree->setPlan(nullptr);
    m_apply->hide();
    m_title->setText(title);
    m_fault->hide();
    m_head->show();
    m_empty->showSentence(tr("The plan is being made."));
    m_since.start();
    m_follows = true;
    m_runningRow = QModelIndex();
    m_tookMs = 0;
    setRunning(true);
    setGlyph(Glyph::Wait);
    refreshHead();
}

void PlanPanel::showPlan(const std::shared_ptr<const plan::Plan>& plan, bool runs) {
    m_tree->setPlan(plan);
    m_title->setText(oneLine(plan->title));
    m_head->setVisible(!plan->isEmpty());
    m_apply->setVisible(!runs && !plan->isEmpty());
    if (plan->isEmpty()) {
        m_empty->showSentence(tr("Nothing to do. The lab is as the file says."));
    } else {
        m_empty->showView();
    }
    if (!runs) {
        m_since.invalidate(); // Making the plan is no run of it.
        m_view->expandAll();
    }
    refreshHead();
}

void PlanPanel::setStatus(plan::StepIndex step, const plan::StepStatus& status) {
    m_tree->setStatus(step, status);
    if (status.state == plan::StepState::Failed && status.error) {
        showFault(step);
        setGlyph(Glyph::Bad);
    }
}

void PlanPanel::showFault(plan::StepIndex step) {
    const QModelIndex place = m_tree->faultIndex(step);
    if (!place.isValid() || m_view->indexWidget(place) != nullptr) {
        return;
    }
    auto* box = new FaultBox(m_theme, m_view);
    box->setFault(*m_tree->status(step).error);
    connect(box->addAction(tr("Try again from here")), &QPushButton::clicked, this, &PlanPanel::resumeRequested);
    connect(box->addAction(tr("Copy report")), &QPushButton::clicked, this,
            [this, step] { QGuiApplication::clipboard()->setText(reportOf(step)); });
    m_view->setFirstColumnSpanned(place.row(), place.parent(), true);
    m_view->setIndexWidget(place, box);
    connect(box, &FaultBox::heightWanted, m_view, &QTreeView::doItemsLayout, Qt::QueuedConnection);
    applyUnfolded(place.parent());
    m_view->scrollTo(place);
}

/// All that is known of a failed step, as text to hand on.
QString PlanPanel::reportOf(plan::StepIndex step) const {
    const Error& error = *m_tree->status(step).error;
    const plan::Step& failed = m_tree->plan()->steps[step];
    QStringList lines{m_tree->plan()->title, failed.subject.isEmpty() ? failed.title : tr("%1, %2").arg(failed.title, failed.subject),
                      error.message};
    for (const QString& more : {error.hint, error.detail}) {
        if (!more.isEmpty()) {
            lines += more;
        }
    }
    return lines.join(QLatin1Char('\n'));
}

void PlanPanel::end(const std::optional<plan::PlanResult>& result, const std::optional<Error>& error) {
    m_tookMs = m_since.isValid() ? m_since.elapsed() : 0;
    setRunning(false);
    bool faultShown = false;
    if (result) {
        m_tree->setResult(*result);
        for (plan::StepIndex step = 0; step < result->steps.size(); ++step) {
            if (result->steps[step].state == plan::StepState::Failed && result->steps[step].error) {
                showFault(step);
                faultShown = true;
            }
        }
    }
    const bool cancelled = (result && result->outcome == plan::Outcome::Cancelled) || (error && error->code == ErrorCode::Cancelled);
    m_isStopped = cancelled;
    if (error && !faultShown && !cancelled) {
        m_fault->setFault(*error);
        m_fault->show();
        if (m_tree->stepCount() == 0) {
            m_empty->showSentence(QString());
        }
    }
    if (cancelled && m_tree->stepCount() == 0) {
        m_empty->showSentence(tr("Stopped before anything was done."));
    }
    setGlyph(cancelled ? Glyph::Idle : error ? Glyph::Bad : Glyph::Ok);
    refreshHead();
}

void PlanPanel::say(const QString& sentence) {
    if (m_runs && m_tree->stepCount() == 0) {
        m_empty->showSentence(oneLine(sentence));
    }
}

void PlanPanel::setRunning(bool runs) {
    m_runs = runs;
    m_isStopped = false;
    m_stop->setVisible(runs);
    m_bar->setVisible(runs);
    if (runs) {
        m_tick.start();
    } else {
        m_tick.stop();
    }
}

void PlanPanel::refreshHead() {
    m_now->setText(runningStep());
    m_bar->setValue(static_cast<int>(m_tree->progress() * 1000));
    if (m_tree->stepCount() == 0) {
        m_figures->clear();
        return;
    }
    const std::chrono::milliseconds took(m_runs ? m_since.elapsed() : m_tookMs);
    m_figures->setText(m_since.isValid() ? tr("%1 of %2 steps, %3").arg(m_tree->stepsDone()).arg(m_tree->stepCount()).arg(duration(took))
                                         : tr("%1 steps").arg(m_tree->stepCount()));
    if (m_isStopped) {
        m_figures->setText(tr("Stopped after %1").arg(m_figures->text()));
    }
    if (const auto left = m_runs ? m_tree->timeLeft() : std::nullopt; left && *left >= std::chrono::seconds(1)) {
        m_figures->setText(tr("%1, about %2 left").arg(m_figures->text(), duration(*left)));
    }
}

void PlanPanel::applyUnfolded(const QModelIndex& index) {
    m_view->setExpanded(index, m_tree->wantsUnfolded(index));
}

void PlanPanel::setGlyph(Glyph glyph) {
    if (m_glyph != glyph) {
        m_glyph = glyph;
        Q_EMIT glyphChanged();
    }
}

} // namespace podleaf::ui
