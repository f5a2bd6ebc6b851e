// SPDX-License-Identifier: GPL-3.0-or-later
// ConvergenceTable: see the header.
#include "convergence_table.h"

#include "words.h"

namespace podleaf::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("ConvergenceTable", text);
}

Cell msCell(std::optional<qint64> ms) {
    return {.text = ms ? QString::number(*ms) : QString(), .alignRight = true};
}

Word wordOfEnd(const state::ConvergenceRecord& record) {
    switch (record.end) {
    case state::ConvergenceEnd::Open:
        return {Glyph::Wait, tr("Not over")};
    case state::ConvergenceEnd::Settled:
        return record.isCutOff() ? Word{Glyph::Warn, tr("Settled, cut off")} : Word{Glyph::Ok, tr("Settled")};
    case state::ConvergenceEnd::GaveUp:
        return {Glyph::Bad, tr("Did not settle")};
    case state::ConvergenceEnd::Overtaken:
        return {Glyph::Changed, tr("Overtaken")};
    case state::ConvergenceEnd::LabGone:
        break;
    }
    return {Glyph::Idle, tr("The lab went")};
}

std::vector<Cell> cellsOf(const state::ConvergenceRecord& record) {
    std::vector<Cell> cells(ConvergenceTable::ColumnCount);
    const Word end = wordOfEnd(record);
    cells[ConvergenceTable::Time] = {.text = clockTime(record.atMs), .font = FontRole::Mono};
    cells[ConvergenceTable::Event].text = oneLine(record.what);
    cells[ConvergenceTable::Event].toolTip = oneLine(state::toSentence(record));
    cells[ConvergenceTable::Detected] = msCell(record.detectedMs());
    cells[ConvergenceTable::Withdrawn] = msCell(record.withdrawnMs());
    cells[ConvergenceTable::Installed] = msCell(record.installedMs());
    cells[ConvergenceTable::Through] = msCell(record.throughMs());
    cells[ConvergenceTable::Last] = msCell(record.lastMs > 0 ? std::optional(record.lastMs) : std::nullopt);
    cells[ConvergenceTable::End] = {.text = end.text, .glyph = end.glyph, .ink = Role::Text};
    if (record.partial) {
        cells[ConvergenceTable::End].second = tr("partial");
        cells[ConvergenceTable::End].toolTip = tr("%1, partial").arg(end.text);
    }
    return cells;
}

} // namespace

ConvergenceTable::ConvergenceTable(QObject* parent)
    : KeyedTable({tr("Time"), tr("Event"), tr("End"), tr("Seen"), tr("Gone"), tr("Came"), tr("Through"), tr("Last")}, parent,
                 {tr("When it happened."), tr("What happened, and where."), tr("Whether the lab has settled since."),
                  tr("Detected: ms until the first node noticed, by carrier or session."),
                  tr("Withdrawn: ms until the last route had left a kernel."),
                  tr("Installed: ms until the last route had come to a kernel, or changed there."),
                  tr("Through: ms until all probes that were lost were answered again."),
                  tr("Settled: ms until the last change of all.")}) {}

void ConvergenceTable::add(const state::ConvergenceRecord& record) {
    m_records[record.id] = record;
    while (static_cast<int>(m_records.size()) > kMaxRecords) {
        m_records.erase(m_records.begin());
    }
    refresh();
}

void ConvergenceTable::clear() {
    m_records.clear();
    refresh();
}

const state::ConvergenceRecord* ConvergenceTable::recordAt(int row) const {
    const auto found = row >= 0 && row < rowCount() ? m_records.find(keyAt(row)) : m_records.end();
    return found == m_records.end() ? nullptr : &found->second;
}

void ConvergenceTable::refresh() {
    std::vector<Row> rows;
    rows.reserve(m_records.size());
    for (const auto& [id, record] : m_records) {
        rows.push_back({id, cellsOf(record)});
    }
    setRows(std::move(rows));
}

} // namespace podleaf::ui
