// SPDX-License-Identifier: GPL-3.0-or-later
// MismatchTable: what is not as intended, with its cause. GUI thread.
#pragma once

#include "keyed_table.h"

#include <core/verify/results.h>

#include <QCoreApplication>

namespace podleaf::ui {

class MismatchTable final : public KeyedTable<std::pair<QString, QString>> {
    Q_DECLARE_TR_FUNCTIONS(MismatchTable)

public:
    explicit MismatchTable(QObject* parent = nullptr) : KeyedTable({tr("Where"), tr("Not as intended"), tr("Cause")}, parent) {}
    void show(const std::vector<verify::Mismatch>& mismatches);
};

} // namespace podleaf::ui
