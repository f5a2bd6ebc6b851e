// SPDX-License-Identifier: GPL-3.0-or-later
// FlowTable: see the header.
#include "flow_table.h"

#include "row_filter.h"
#include "words.h"

#include <QUrl>

namespace podleaf::ui {

FlowTable::FlowTable(QObject* parent) : QAbstractTableModel(parent) {}

void FlowTable::count(const Flow& flow, int by) {
    m_counts.all += by;
    switch (flow.verdict) {
    case ui::Verdict::Allowed:
        m_counts.allowed += by;
        return;
    case ui::Verdict::NotAnswered:
        m_counts.notAnswered += by;
        return;
    case ui::Verdict::NotAsWanted:
        m_counts.notAsWanted += by;
        return;
    case ui::Verdict::Changed:
        m_counts.changed += by;
        return;
    }
}

void FlowTable::add(const verify::LegResult& leg, qint64 atMs) {
    if (rowCount() >= kMaxRows) {
        const int drop = kMaxRows / 10;
        beginRemoveRows({}, 0, drop - 1);
        for (int i = 0; i < drop; ++i) {
            count(m_flows.front(), -1);
            m_flows.pop_front();
        }
        endRemoveRows();
    }
    bool& failed = m_lastFailed[{leg.from, leg.to}];
    const QUrl url(leg.url);
    const ui::Verdict verdict = leg.ok              ? (failed ? ui::Verdict::Changed : ui::Verdict::Allowed)
                                : leg.answeredWrong ? ui::Verdict::NotAsWanted
                                                    : ui::Verdict::NotAnswered;
    Flow flow{atMs, verdict, leg.from, leg.to, url.host(), url.port(80), leg.reason};
    failed = !leg.ok;
    beginInsertRows({}, rowCount(), rowCount());
    count(flow, 1);
    m_flows.push_back(std::move(flow));
    endInsertRows();
}

void FlowTable::clear() {
    if (!m_flows.empty()) {
        beginRemoveRows({}, 0, rowCount() - 1);
        m_flows.clear();
        m_counts = {};
        endRemoveRows();
    }
    m_lastFailed.clear();
}

FlowRef FlowTable::flowOf(int row) const {
    const Flow& flow = m_flows[static_cast<std::size_t>(row)];
    return {flow.source, flow.destination};
}

int FlowTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_flows.size());
}

int FlowTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

Cell FlowTable::cellOf(const Flow& flow, int column) const {
    switch (column) {
    case Time:
        return {.text = clockTime(flow.atMs), .font = FontRole::Mono};
    case Verdict:
        switch (flow.verdict) {
        case ui::Verdict::Allowed:
            return {.text = tr("Allowed"), .glyph = Glyph::Ok, .ink = Role::Ok};
        case ui::Verdict::NotAnswered:
            return {.text = tr("Not answered"), .glyph = Glyph::Bad, .ink = Role::Bad};
        case ui::Verdict::NotAsWanted:
            return {.text = tr("Not as wanted"), .glyph = Glyph::Bad, .ink = Role::Bad};
        case ui::Verdict::Changed:
            return {.text = tr("Changed"), .glyph = Glyph::Changed, .ink = Role::Warn};
        }
        return {};
    case Source:
        return {.text = flow.source};
    case Destination:
        return {.text = flow.destination, .second = flow.address};
    case Port:
        return {.text = tr("TCP %1").arg(flow.port)};
    case Policy:
        return {.text = QStringLiteral("–"), .ink = Role::Muted};
    default:
        return {.text = oneLine(flow.reason), .ink = Role::Muted};
    }
}

QVariant FlowTable::data(const QModelIndex& index, int role) const {
    return index.isValid() ? cellOf(m_flows[static_cast<std::size_t>(index.row())], index.column()).data(role) : QVariant();
}

QVariant FlowTable::headerData(int section, Qt::Orientation orientation, int role) const {
    const QString texts[ColumnCount] = {tr("Time"), tr("Verdict"), tr("Source"), tr("Destination"), tr("Port"), tr("Policy"), tr("Reason")};
    static constexpr const char* kKeys[ColumnCount] = {"", "verdict", "pod node ip", "pod node ip", "port", "policy", ""};
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    if (role == kFilterKeys) {
        return QString::fromLatin1(kKeys[section]);
    }
    if (role == Qt::DisplayRole) {
        return texts[section];
    }
    return role == Qt::TextAlignmentRole ? QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter)) : QVariant();
}

} // namespace podleaf::ui
