// SPDX-License-Identifier: GPL-3.0-or-later
// TestMatrix: see the header.
#include "test_matrix.h"

#include "words.h"

namespace podleaf::ui {

TestMatrix::TestMatrix(QObject* parent) : QAbstractTableModel(parent) {}

void TestMatrix::setLegs(const model::Lab& lab, const std::vector<intent::Leg>& legs) {
    // Another lab is another matrix; this happens once per lab.
    beginResetModel();
    m_sources.clear();
    m_targets.clear();
    m_rowOf.clear();
    m_columnOf.clear();
    std::map<QString, QString> addressOf;
    for (const auto& pod : lab.pods()) {
        addressOf[pod.name] = pod.address.toString();
    }
    for (const auto& node : lab.nodes) {
        if (!lab.isNumbered() && node.loopback) {
            addressOf[node.id.name] = node.loopback->toString();
        }
    }
    for (const auto& link : lab.isNumbered() ? lab.links : std::vector<model::Link>()) {
        for (std::size_t end = 0; end < link.ends.size(); ++end) {
            addressOf.try_emplace(link.ends[end].node.name, link.addresses[end].toString());
        }
    }
    for (const auto& leg : legs) {
        if (m_rowOf.try_emplace(leg.from(), static_cast<int>(m_sources.size())).second) {
            m_sources.push_back({leg.from(), addressOf[leg.from()], leg.fromPod.isEmpty() ? QString() : leg.fromNode.name});
        }
        if (m_columnOf.try_emplace(leg.toPod, static_cast<int>(m_targets.size())).second) {
            m_targets.push_back({leg.toPod, leg.to.toString() + QLatin1Char(':') + QString::number(leg.port), leg.toNode.name});
        }
    }
    m_cells.assign(m_sources.size() * m_targets.size(), {});
    for (const auto& leg : legs) {
        auto& cell =
            m_cells[static_cast<std::size_t>(m_rowOf[leg.from()]) * m_targets.size() + static_cast<std::size_t>(m_columnOf[leg.toPod])];
        cell.exists = true;
        cell.expected = leg.expected;
    }
    endResetModel();
}

void TestMatrix::clearResults() {
    for (auto& cell : m_cells) {
        cell.result.reset();
    }
    if (!m_cells.empty()) {
        Q_EMIT dataChanged(index(0, 1), index(rowCount() - 1, columnCount() - 1));
    }
}

void TestMatrix::setResult(const verify::LegResult& result) {
    const auto row = m_rowOf.find(result.from);
    const auto column = m_columnOf.find(result.to);
    if (row == m_rowOf.end() || column == m_columnOf.end()) {
        return;
    }
    auto& cell = m_cells[static_cast<std::size_t>(row->second) * m_targets.size() + static_cast<std::size_t>(column->second)];
    cell.exists = true;
    cell.expected = result.expected;
    cell.result = result;
    const QModelIndex changed = index(row->second, column->second + 1);
    Q_EMIT dataChanged(changed, changed);
}

TestCounts TestMatrix::counts() const {
    TestCounts counts;
    for (const auto& cell : m_cells) {
        counts.legs += cell.exists ? 1 : 0;
        if (cell.result) {
            ++counts.finished;
            (cell.result->ok ? counts.allowed : cell.result->answeredWrong ? counts.notAsWanted : counts.notAnswered) += 1;
            counts.notAsIntended += cell.result->asIntended() ? 0 : 1;
        }
    }
    return counts;
}

QString TestMatrix::sentence() const {
    const TestCounts c = counts();
    if (c.finished == 0) {
        return tr("Not tested yet.");
    }
    QString text = c.finished < c.legs ? tr("%1 of %2 legs: %3 allowed").arg(c.finished).arg(c.legs).arg(c.allowed)
                                       : tr("%1 legs: %2 allowed").arg(c.legs).arg(c.allowed);
    if (c.notAnswered > 0) {
        text += tr(", %1 not answered").arg(c.notAnswered);
    }
    if (c.notAsWanted > 0) {
        text += tr(", %1 not as wanted").arg(c.notAsWanted);
    }
    text += QLatin1String(". ");
    if (c.notAsIntended > 0) {
        return text + tr("%1 not as intended.").arg(c.notAsIntended);
    }
    return c.finished < c.legs ? text.trimmed() : QString(text + tr("All as intended."));
}

const TestMatrix::LegCell* TestMatrix::at(int row, int column) const {
    return column == 0 ? nullptr : &m_cells[static_cast<std::size_t>(row) * m_targets.size() + static_cast<std::size_t>(column) - 1];
}

std::optional<verify::LegResult> TestMatrix::resultOf(const QString& from, const QString& to) const {
    const auto row = m_rowOf.find(from);
    const auto column = m_columnOf.find(to);
    return row == m_rowOf.end() || column == m_columnOf.end() ? std::nullopt : at(row->second, column->second + 1)->result;
}

std::optional<verify::LegResult> TestMatrix::resultAt(const QModelIndex& index) const {
    const LegCell* cell = index.isValid() ? at(index.row(), index.column()) : nullptr;
    return cell != nullptr ? cell->result : std::nullopt;
}

Cell TestMatrix::cellOf(const LegCell& leg) const {
    if (!leg.exists) {
        return {.text = QString(QChar(0x2013)), .ink = Role::Muted};
    }
    if (!leg.result) {
        return {.text = tr("Not run"), .glyph = Glyph::Idle, .ink = Role::Off, .tint = Role::OffTint};
    }
    const auto& result = *leg.result;
    const QString why = oneLine(result.reason);
    const Word word = wordOf(result);
    return {.text = word.text,
            .glyph = word.glyph,
            .ink = result.ok ? Role::Ok : Role::Bad,
            .second = latency(result.ms),
            .toolTip = why.isEmpty() ? oneLine(result.url) : why,
            .tint = result.ok ? Role::OkTint : Role::BadTint,
            .frame = !result.asIntended()};
}

int TestMatrix::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_sources.size());
}

int TestMatrix::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_targets.size()) + 1;
}

QVariant TestMatrix::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    if (index.column() == 0) {
        const End& source = m_sources[static_cast<std::size_t>(index.row())];
        return Cell{.text = source.name,
                    .second = source.address,
                    .toolTip = source.host.isEmpty() ? source.name : tr("%1 on %2").arg(source.name, source.host),
                    .icon = source.host.isEmpty() ? QStringLiteral("host") : QStringLiteral("pod")}
            .data(role);
    }
    return cellOf(*at(index.row(), index.column())).data(role);
}

QVariant TestMatrix::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter));
    }
    if (section == 0) {
        return role == Qt::DisplayRole ? QVariant(tr("from ↓   to →")) : QVariant();
    }
    const End& target = m_targets[static_cast<std::size_t>(section) - 1];
    if (role == Qt::DisplayRole) {
        return QString(target.name + QLatin1Char('\n') + target.address + QLatin1String("  ") + target.host);
    }
    return role == Qt::ToolTipRole ? QVariant(tr("%1 on %2, asked at %3").arg(target.name, target.host, target.address)) : QVariant();
}

} // namespace podleaf::ui
