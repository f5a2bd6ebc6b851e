// SPDX-License-Identifier: GPL-3.0-or-later
// What a cell says beside its text: glyph, ink, frame. Models give these roles, CellDelegate paints them.
// Plain values; GUI thread.
#pragma once

#include <ui/theme/glyphs.h>

#include <QString>
#include <QVariant>

#include <optional>

namespace podleaf::ui {

namespace cell {
inline constexpr int kGlyph = Qt::UserRole + 1;  ///< Glyph as int.
inline constexpr int kInk = Qt::UserRole + 2;    ///< Role of the text's colour as int.
inline constexpr int kFont = Qt::UserRole + 3;   ///< FontRole as int; FontRole::Table where absent.
inline constexpr int kSecond = Qt::UserRole + 4; ///< More text after the first, in muted.
inline constexpr int kFrame = Qt::UserRole + 5;  ///< True: a 2 px bad frame (not as intended).
inline constexpr int kTint = Qt::UserRole + 7;   ///< Role of a ground under the cell as int; the second text is then at the right.
inline constexpr int kIcon = Qt::UserRole + 8;   ///< Name of a line icon before the text.
inline constexpr int kSort = Qt::UserRole + 6;   ///< What to sort by where the text does not do.
} // namespace cell

/// One cell as the table models keep it.
struct Cell {
    QString text = {};
    Glyph glyph = Glyph::None;
    Role ink = Role::Text;
    FontRole font = FontRole::Table;
    QString second = {};
    QString toolTip = {}; ///< The text itself where empty.
    std::optional<Role> tint = {};
    QString icon = {};
    bool frame = false;
    bool alignRight = false;

    bool operator==(const Cell&) const = default;
    /// The value for a Qt or cell:: role.
    [[nodiscard]] QVariant data(int role) const;
};

} // namespace podleaf::ui
