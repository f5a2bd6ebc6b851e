// SPDX-License-Identifier: GPL-3.0-or-later
// PacketTable: see the header.
#include "packet_table.h"

#include "words.h"

#include <algorithm>

namespace podleaf::ui {

namespace {

/// Of a batch, and so many more.
constexpr std::size_t kMostEarly = 10'000;

/// "14:02:31.482123".
QString microClock(quint64 atNs) {
    return clockTime(static_cast<qint64>(atNs / 1'000'000)) + QStringLiteral("%1").arg(atNs / 1000 % 1000, 3, 10, QLatin1Char('0'));
}

Role inkOf(const QString& protocol) {
    if (protocol == QLatin1String("BGP") || protocol == QLatin1String("BFD")) {
        return Role::Accent;
    }
    if (protocol.startsWith(QLatin1String("ICMP"))) {
        return Role::Warn;
    }
    return protocol == QLatin1String("ARP") ? Role::Muted : Role::Text;
}

} // namespace

PacketTable::PacketTable(QObject* parent) : QAbstractTableModel(parent) {}

void PacketTable::append(const PacketBatch& batch) {
    const auto kept = std::ranges::lower_bound(m_rows, batch.firstKept, {}, &PacketRow::number);
    if (const auto old = static_cast<int>(kept - m_rows.begin()); old > 0) {
        beginRemoveRows({}, 0, old - 1);
        m_rows.erase(m_rows.begin(), kept);
        endRemoveRows();
    }
    const auto first = std::ranges::lower_bound(batch.rows, batch.firstKept, {}, &PacketRow::number);
    if (const auto count = static_cast<int>(batch.rows.end() - first); count > 0) {
        beginInsertRows({}, rowCount(), rowCount() + count - 1);
        m_rows.insert(m_rows.end(), first, batch.rows.end());
        while (!m_early.empty() && m_early.begin()->first <= m_rows.back().number) {
            const auto early = m_early.extract(m_early.begin());
            const auto row = std::ranges::lower_bound(m_rows, early.key(), {}, &PacketRow::number);
            if (row != m_rows.end() && row->number == early.key()) {
                row->summary = early.mapped();
            }
        }
        endInsertRows();
    }
}

void PacketTable::setSummary(qint64 number, const capture::PacketSummary& summary) {
    const auto found = std::ranges::lower_bound(m_rows, number, {}, &PacketRow::number);
    if (found != m_rows.end() && found->number == number && found->summary != summary) {
        found->summary = summary;
        const auto row = static_cast<int>(found - m_rows.begin());
        Q_EMIT dataChanged(index(row, Source), index(row, Info));
    } else if (found == m_rows.end() && m_early.size() < kMostEarly) {
        m_early.insert_or_assign(number, summary);
    }
}

void PacketTable::clear() {
    if (!m_rows.empty()) {
        beginRemoveRows({}, 0, rowCount() - 1);
        m_rows.clear();
        endRemoveRows();
    }
    m_early.clear();
}

int PacketTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int PacketTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant PacketTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const PacketRow& row = m_rows[static_cast<std::size_t>(index.row())];
    Cell cell;
    switch (index.column()) {
    case Number:
        cell = {.text = QString::number(row.number), .ink = Role::Muted, .toolTip = row.interface, .alignRight = true};
        break;
    case Time:
        cell = {.text = microClock(row.atNs), .font = FontRole::Mono};
        break;
    case Source:
        cell = {.text = row.summary.source, .font = FontRole::Mono};
        break;
    case Destination:
        cell = {.text = row.summary.destination, .font = FontRole::Mono};
        break;
    case Protocol:
        cell = {.text = row.summary.protocol, .ink = inkOf(row.summary.protocol)};
        break;
    case Length:
        cell = {.text = QString::number(row.length), .alignRight = true};
        break;
    default:
        cell.text = row.summary.info;
        break;
    }
    return cell.data(role);
}

QVariant PacketTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return role == Qt::TextAlignmentRole ? QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter)) : QVariant();
    }
    const QString texts[ColumnCount] = {tr("No."), tr("Time"), tr("Source"), tr("Destination"), tr("Protocol"), tr("Bytes"), tr("Info")};
    return texts[section];
}

} // namespace podleaf::ui
