// SPDX-License-Identifier: GPL-3.0-or-later
// MismatchTable: see the header.
#include "mismatch_table.h"

#include "words.h"

#include <map>

namespace podleaf::ui {

void MismatchTable::show(const std::vector<verify::Mismatch>& mismatches) {
    std::map<std::pair<QString, QString>, std::vector<Cell>> sorted;
    for (const auto& mismatch : mismatches) {
        sorted[{mismatch.where, mismatch.what}] = {{.text = oneLine(mismatch.where), .glyph = Glyph::Bad, .ink = Role::Bad},
                                                   {.text = oneLine(mismatch.what)},
                                                   {.text = oneLine(mismatch.cause), .ink = Role::Muted}};
    }
    std::vector<Row> rows;
    for (auto& [key, cells] : sorted) {
        rows.push_back({key, std::move(cells)});
    }
    setRows(std::move(rows));
}

} // namespace podleaf::ui
