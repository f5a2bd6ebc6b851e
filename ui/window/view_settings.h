// SPDX-License-Identifier: GPL-3.0-or-later
// ViewSettings: what the window remembers of itself: layout, theme, motion. An INI file. GUI thread.
#pragma once

#include <ui/theme/theme.h>

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <QStringList>

#include <chrono>

namespace podleaf::ui {

class ViewSettings final {
public:
    explicit ViewSettings(const QString& file);
    /// $PODLEAF_CONFIG_HOME/desktop.ini, else podleaf/desktop.ini in the user's configuration folder.
    static QString defaultFile();

    [[nodiscard]] ThemeMode themeMode() const;
    void setThemeMode(ThemeMode mode);
    /// Whether the canvas moves nothing; `otherwise` where the user has not said so.
    [[nodiscard]] bool reducedMotion(bool otherwise) const;
    void setReducedMotion(bool reduced);
    /// How long flows stay on the canvas; zero: they do not go.
    [[nodiscard]] std::chrono::seconds fadeAfter(std::chrono::seconds otherwise) const;
    void setFadeAfter(std::chrono::seconds time);
    [[nodiscard]] QByteArray geometry() const;
    [[nodiscard]] QByteArray layout() const;
    void setGeometry(const QByteArray& geometry);
    void setLayout(const QByteArray& layout);

    /// Paths of the lab files that were open, the newest first.
    [[nodiscard]] QStringList recentLabs() const;
    void addRecentLab(const QString& path);

private:
    QSettings m_settings;
};

} // namespace podleaf::ui
