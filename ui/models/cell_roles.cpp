// SPDX-License-Identifier: GPL-3.0-or-later
// Cell: see the header.
#include "cell_roles.h"

namespace podleaf::ui {

QVariant Cell::data(int role) const {
    switch (role) {
    case Qt::DisplayRole:
        return text;
    case Qt::ToolTipRole:
        return toolTip.isEmpty() ? text : toolTip;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(Qt::Alignment(alignRight ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter));
    case Qt::AccessibleTextRole:
        return second.isEmpty() ? text : QString(text + QLatin1String(", ") + second);
    case cell::kGlyph:
        return static_cast<int>(glyph);
    case cell::kInk:
        return static_cast<int>(ink);
    case cell::kFont:
        return static_cast<int>(font);
    case cell::kSecond:
        return second;
    case cell::kTint:
        return tint ? QVariant(static_cast<int>(*tint)) : QVariant();
    case cell::kIcon:
        return icon.isEmpty() ? QVariant() : QVariant(icon);
    case cell::kFrame:
        return frame;
    default:
        return {};
    }
}

} // namespace podleaf::ui
