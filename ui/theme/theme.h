// SPDX-License-Identifier: GPL-3.0-or-later
// Theme: colours by role and fonts by role, read from resources/themes/palette.json. No colour is
// written anywhere else. A cheap value; GUI thread.
#pragma once

#include <core/base/result.h>

#include <QColor>
#include <QFont>
#include <QString>

#include <memory>
#include <span>

class QApplication;
class QByteArray;
class QPalette;

namespace podleaf::ui {

/// The roles of the palette, in the order of design §1.
enum class Role {
    Window,
    Base,
    Alt,
    Header,
    Button,
    Hover,
    Select,
    Canvas,
    Grid,
    Card,
    Lane,
    Border,
    Edge,
    Text,
    Muted,
    Disabled,
    Accent,
    AccentFill,
    OnAccent,
    Ok,
    OkTint,
    Bad,
    BadTint,
    Warn,
    WarnFill,
    WarnTint,
    Wait,
    WaitTint,
    Off,
    OffTint,
    Traffic,
};
/// All roles, in order.
std::span<const Role> allRoles();
/// The role's name in the palette file: "accentFill".
QString toString(Role role);

/// What a text is, not how big it is; the sizes are design §2.
enum class FontRole {
    Title,    ///< 15/600, the inspector's title.
    NodeName, ///< 14/600.
    Control,  ///< 13, menus and buttons: the application font itself.
    Table,    ///< 12.5, rows and tabs.
    Second,   ///< 12.
    Strong,   ///< 12/600, a pod's name, a cable's name.
    Word,     ///< 11.5/600, the word of a state.
    Note,     ///< 11.5, second text in cards.
    Caption,  ///< 11.
    MonoCard, ///< 11.5 mono, addresses in cards.
    Mono,     ///< 11 mono, addresses in tables and at ports.
};

enum class ThemeMode { System, Light, Dark };

class Theme {
public:
    static Theme light();
    static Theme dark();
    /// `System` follows the brightness of the desktop's own palette, as it was when the program started or when
    /// lookAtDesktop() was called last.
    static Theme forMode(ThemeMode mode);
    /// Reads one variant ("light" or "dark") of a palette file. Every role must be there.
    static Result<Theme> parse(const QByteArray& json, const QString& variant);

    [[nodiscard]] QColor color(Role role) const;
    [[nodiscard]] bool isDark() const;
    /// For widgets: point sizes, scaled by the user's font setting.
    [[nodiscard]] QFont font(FontRole role) const;
    /// For the canvas: the design's own pixel sizes; the canvas multiplies all it draws by fontScale().
    [[nodiscard]] QFont canvasFont(FontRole role) const;
    /// The user's font size over the design's 13 px.
    [[nodiscard]] double fontScale() const;
    /// A length of the design, as long as the user's font asks for: icons beside words, columns, docks.
    [[nodiscard]] int scaled(int designPx) const;
    [[nodiscard]] QPalette palette() const;
    /// A small style sheet for toolbars, docks, tabs, buttons, tables and the status bar. Buttons with the
    /// dynamic property `primary` = true are filled; labels with `role` = "muted", "ok", "bad", "warn" are coloured.
    [[nodiscard]] QString styleSheet() const;
    /// Sets style (Fusion), font, palette and style sheet of the whole application.
    void applyTo(QApplication& application) const;
    /// Reads the desktop's palette again, below this theme, which is applied now. It is the application's afterwards.
    void lookAtDesktop(QApplication& application) const;

private:
    struct Data;
    explicit Theme(std::shared_ptr<const Data> data) : d(std::move(data)) {}
    std::shared_ptr<const Data> d;
};

/// WCAG 2.1 contrast ratio of two opaque colours, 1 to 21.
double contrastRatio(const QColor& a, const QColor& b);

} // namespace podleaf::ui
