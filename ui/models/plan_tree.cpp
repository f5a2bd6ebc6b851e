// SPDX-License-Identifier: GPL-3.0-or-later
// PlanTree: see the header. An index's internal id says what it is: a heading is 0, a step is its
// heading + 1, a fault is its step + 1 with the top bit set.
#include "plan_tree.h"

#include "words.h"

#include <algorithm>
#include <set>

namespace podleaf::ui {

namespace {

using plan::StepState;
using std::chrono::milliseconds;

constexpr int kTellMs = 50;
constexpr quintptr kFaultBit = quintptr(1) << (sizeof(quintptr) * 8 - 1);

bool isDone(StepState state) {
    return state == StepState::Done || state == StepState::AlreadyDone;
}
milliseconds since(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration_cast<milliseconds>(to - from);
}

} // namespace

Glyph glyphOf(StepState state) {
    switch (state) {
    case StepState::Waiting:
        return Glyph::Planned;
    case StepState::Running:
        return Glyph::Wait;
    case StepState::Done:
    case StepState::AlreadyDone:
        return Glyph::Ok;
    case StepState::Failed:
        return Glyph::Bad;
    case StepState::Cancelled:
    case StepState::Skipped:
        return Glyph::Idle;
    }
    return Glyph::None;
}

PlanTree::PlanTree(QObject* parent, Now now) : QAbstractItemModel(parent), m_now(std::move(now)) {
    m_telling.setSingleShot(true);
    m_telling.setInterval(kTellMs);
    connect(&m_telling, &QTimer::timeout, this, &PlanTree::tellChanges);
}

void PlanTree::setPlan(std::shared_ptr<const plan::Plan> plan) {
    // A new plan is a new tree; this happens once per run, not per tick.
    beginResetModel();
    m_plan = std::move(plan);
    m_groups.clear();
    m_places.clear();
    m_changed.clear();
    const std::size_t count = m_plan ? m_plan->steps.size() : 0;
    m_status.assign(count, {});
    m_stepBegan.assign(count, std::nullopt);
    for (std::size_t step = 0; step < count; ++step) {
        const QString title = oneLine(m_plan->steps[step].group);
        auto group = std::find_if(m_groups.begin(), m_groups.end(), [&](const Group& g) { return g.title == title; });
        if (group == m_groups.end()) {
            group =
                m_groups.insert(m_groups.end(), Group{.title = title, .where = {}, .steps = {}, .counts = {}, .began = {}, .finished = {}});
        }
        m_places.push_back({static_cast<std::size_t>(group - m_groups.begin()), static_cast<int>(group->steps.size())});
        group->steps.push_back(step);
        ++group->counts[static_cast<std::size_t>(StepState::Waiting)];
    }
    for (Group& group : m_groups) {
        group.where = whereOf(group);
    }
    endResetModel();
}

int PlanTree::countOf(const Group& group, std::initializer_list<StepState> states) {
    int count = 0;
    for (const StepState state : states) {
        count += group.counts[static_cast<std::size_t>(state)];
    }
    return count;
}

QString PlanTree::whereOf(const Group& group) const {
    std::set<QString> subjects;
    for (const auto step : group.steps) {
        subjects.insert(oneLine(m_plan->steps[step].subject));
    }
    subjects.erase(QString());
    const int count = static_cast<int>(subjects.size());
    return count == 1 ? *subjects.begin() : count > 1 ? tr("%1 places").arg(count) : QString();
}

void PlanTree::noteTimes(Group& group) {
    const auto all = static_cast<int>(group.steps.size());
    const bool begun = countOf(group, {StepState::Waiting}) < all;
    const bool over = countOf(group, {StepState::Waiting, StepState::Running}) == 0;
    if (begun && !group.began) {
        group.began = m_now();
    }
    group.finished = over ? std::optional(group.finished.value_or(m_now())) : std::nullopt;
}

void PlanTree::setStatus(plan::StepIndex step, const plan::StepStatus& status) {
    if (step >= m_status.size()) {
        return;
    }
    const bool hadFault = m_status[step].error.has_value() && m_status[step].state == StepState::Failed;
    const bool hasFault = status.error.has_value() && status.state == StepState::Failed;
    if (status.state == StepState::Running) {
        m_stepBegan[step] = m_now();
    }
    Group& group = m_groups[m_places[step].group];
    const QModelIndex heading = groupIndex(m_places[step].group, 0);
    const bool wasUnfolded = wantsUnfolded(heading);
    const QModelIndex self = stepIndex(step, 0);
    if (hadFault && !hasFault) {
        beginRemoveRows(self, 0, 0);
        putStatus(step, status);
        endRemoveRows();
    } else if (!hadFault && hasFault) {
        beginInsertRows(self, 0, 0);
        putStatus(step, status);
        endInsertRows();
    } else {
        putStatus(step, status);
    }
    noteTimes(group);
    if (wasUnfolded != wantsUnfolded(heading)) {
        Q_EMIT unfoldChanged(heading);
    }
    if (hadFault != hasFault) {
        Q_EMIT unfoldChanged(self);
    }
}

void PlanTree::putStatus(plan::StepIndex step, const plan::StepStatus& status) {
    Counts& counts = m_groups[m_places[step].group].counts;
    --counts[static_cast<std::size_t>(m_status[step].state)];
    ++counts[static_cast<std::size_t>(status.state)];
    m_status[step] = status;
    m_changed.push_back(step);
    if (!m_telling.isActive()) {
        m_telling.start();
    }
}

void PlanTree::tellChanges() {
    std::set<std::size_t> groups;
    for (const plan::StepIndex step : std::set<plan::StepIndex>(m_changed.begin(), m_changed.end())) {
        groups.insert(m_places[step].group);
        Q_EMIT dataChanged(stepIndex(step, 0), stepIndex(step, ColumnCount - 1));
    }
    m_changed.clear();
    for (const std::size_t group : groups) {
        Q_EMIT dataChanged(groupIndex(group, 0), groupIndex(group, ColumnCount - 1));
    }
}

void PlanTree::setResult(const plan::PlanResult& result) {
    for (std::size_t step = 0; step < std::min(result.steps.size(), m_status.size()); ++step) {
        if (m_status[step].state != result.steps[step].state) {
            setStatus(step, result.steps[step]);
        }
    }
}

void PlanTree::tick() {
    for (std::size_t step = 0; step < m_status.size(); ++step) {
        if (m_status[step].state == StepState::Running) {
            Q_EMIT dataChanged(stepIndex(step, Took), stepIndex(step, Took));
        }
    }
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        if (m_groups[group].began && !m_groups[group].finished) {
            Q_EMIT dataChanged(groupIndex(group, Took), groupIndex(group, Left));
        }
    }
}

int PlanTree::stepsDone() const {
    return static_cast<int>(std::count_if(m_status.begin(), m_status.end(), [](const auto& status) { return isDone(status.state); }));
}

std::vector<plan::StepIndex> PlanTree::running() const {
    std::vector<plan::StepIndex> steps;
    for (std::size_t step = 0; step < m_status.size(); ++step) {
        if (m_status[step].state == StepState::Running) {
            steps.push_back(step);
        }
    }
    return steps;
}

double PlanTree::progress() const {
    double done = 0;
    double all = 0;
    for (std::size_t step = 0; step < m_status.size(); ++step) {
        const int weight = std::max(1, m_plan->steps[step].weight);
        all += weight;
        done += isDone(m_status[step].state) ? weight : 0;
    }
    return all > 0 ? done / all : 0;
}

QModelIndex PlanTree::faultIndex(plan::StepIndex step) const {
    return step < m_status.size() ? index(0, 0, stepIndex(step, 0)) : QModelIndex();
}

std::optional<plan::StepIndex> PlanTree::faultOf(const QModelIndex& index) const {
    if (!index.isValid() || (index.internalId() & kFaultBit) == 0) {
        return std::nullopt;
    }
    return (index.internalId() & ~kFaultBit) - 1;
}

bool PlanTree::wantsUnfolded(const QModelIndex& index) const {
    if (!index.isValid() || faultOf(index)) {
        return false;
    }
    if (index.internalId() != 0) {
        return rowCount(index) > 0;
    }
    const StepState state = stateOf(m_groups[static_cast<std::size_t>(index.row())]);
    return state == StepState::Running || state == StepState::Failed;
}

StepState PlanTree::stateOf(const Group& group) {
    if (countOf(group, {StepState::Failed}) > 0) {
        return StepState::Failed;
    }
    const int waiting = countOf(group, {StepState::Waiting});
    if (countOf(group, {StepState::Running}) > 0 || (waiting > 0 && waiting < static_cast<int>(group.steps.size()))) {
        return StepState::Running;
    }
    if (waiting > 0) {
        return StepState::Waiting;
    }
    return countOf(group, {StepState::Cancelled, StepState::Skipped}) > 0 ? StepState::Skipped : StepState::Done;
}

std::optional<milliseconds> PlanTree::timeLeft() const {
    std::optional<Clock::time_point> began;
    for (const Group& group : m_groups) {
        began = group.began && (!began || *group.began < *began) ? group.began : began;
    }
    const double done = progress();
    if (!began || stepsDone() < 2 || done <= 0 || done >= 1) {
        return std::nullopt;
    }
    return milliseconds(static_cast<qint64>(static_cast<double>(since(*began, m_now()).count()) * (1 - done) / done));
}

QString PlanTree::leftOf(const Group& group) const {
    const int done = countOf(group, {StepState::Done, StepState::AlreadyDone});
    const int open = static_cast<int>(group.steps.size()) - done;
    if (!group.began || group.finished || done < 2 || open == 0) {
        return {};
    }
    const milliseconds left = since(*group.began, m_now()) / done * open;
    return left < std::chrono::seconds(1) ? QString() : duration(left);
}

Cell PlanTree::groupCell(const Group& group, int column) const {
    switch (column) {
    case Title:
        return {.text = group.title, .glyph = glyphOf(stateOf(group))};
    case Where:
        return {.text = group.where, .ink = Role::Muted};
    case Took:
        return {.text = group.began ? duration(since(*group.began, group.finished.value_or(m_now()))) : QString(), .alignRight = true};
    default:
        return {.text = leftOf(group), .ink = Role::Muted, .alignRight = true};
    }
}

Cell PlanTree::stepCell(plan::StepIndex step, int column) const {
    const auto& status = m_status[step];
    const auto& wanted = m_plan->steps[step];
    switch (column) {
    case Title: {
        Cell cell{.text = oneLine(wanted.title), .glyph = glyphOf(status.state), .second = oneLine(wanted.reason)};
        if (status.state == StepState::AlreadyDone) {
            cell.second = tr("already so");
        } else if (status.state == StepState::Skipped && status.error) {
            cell.second = oneLine(status.error->message);
        } else if (status.state == StepState::Cancelled) {
            cell.second = tr("stopped");
        }
        return cell;
    }
    case Where:
        return {.text = oneLine(wanted.subject), .ink = Role::Muted};
    case Took:
        if (status.state == StepState::Running && m_stepBegan[step]) {
            return {.text = duration(since(*m_stepBegan[step], m_now())), .alignRight = true};
        }
        return {.text = status.took.count() > 0 ? duration(status.took) : QString(), .alignRight = true};
    default:
        return {};
    }
}

QModelIndex PlanTree::groupIndex(std::size_t group, int column) const {
    return createIndex(static_cast<int>(group), column, quintptr(0));
}

QModelIndex PlanTree::stepIndex(plan::StepIndex step, int column) const {
    return createIndex(m_places[step].row, column, quintptr(m_places[step].group + 1));
}

QModelIndex PlanTree::index(int row, int column, const QModelIndex& parent) const {
    if (row < 0 || column < 0 || column >= ColumnCount || row >= rowCount(parent)) {
        return {};
    }
    if (!parent.isValid()) {
        return groupIndex(static_cast<std::size_t>(row), column);
    }
    if (parent.internalId() == 0) {
        return createIndex(row, column, quintptr(parent.row() + 1));
    }
    const plan::StepIndex step = m_groups[parent.internalId() - 1].steps[static_cast<std::size_t>(parent.row())];
    return createIndex(row, column, kFaultBit | quintptr(step + 1));
}

QModelIndex PlanTree::parent(const QModelIndex& child) const {
    if (!child.isValid() || child.internalId() == 0) {
        return {};
    }
    if (const auto step = faultOf(child)) {
        return stepIndex(*step, 0);
    }
    return groupIndex(child.internalId() - 1, 0);
}

int PlanTree::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) {
        return static_cast<int>(m_groups.size());
    }
    if (parent.column() > 0 || faultOf(parent)) {
        return 0;
    }
    if (parent.internalId() == 0) {
        return static_cast<int>(m_groups[static_cast<std::size_t>(parent.row())].steps.size());
    }
    const plan::StepIndex step = m_groups[parent.internalId() - 1].steps[static_cast<std::size_t>(parent.row())];
    return m_status[step].state == StepState::Failed && m_status[step].error ? 1 : 0;
}

int PlanTree::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

QVariant PlanTree::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    if (const auto step = faultOf(index)) {
        return role == Qt::DisplayRole && index.column() == 0 ? QVariant(oneLine(m_status[*step].error->message)) : QVariant();
    }
    if (index.internalId() == 0) {
        return groupCell(m_groups[static_cast<std::size_t>(index.row())], index.column()).data(role);
    }
    return stepCell(m_groups[index.internalId() - 1].steps[static_cast<std::size_t>(index.row())], index.column()).data(role);
}

QVariant PlanTree::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::Alignment((section >= Took ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Title:
        return tr("Step");
    case Where:
        return tr("Where");
    case Took:
        return tr("Took");
    default:
        return tr("Left");
    }
}

} // namespace podleaf::ui
