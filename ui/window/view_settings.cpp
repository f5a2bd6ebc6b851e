// SPDX-License-Identifier: GPL-3.0-or-later
// ViewSettings: see the header.
#include "view_settings.h"

#include <QStandardPaths>

namespace podleaf::ui {

namespace {
const QString kTheme = QStringLiteral("view/theme");
const QString kReducedMotion = QStringLiteral("view/reducedMotion");
const QString kFadeAfter = QStringLiteral("view/fadeAfterSeconds");
const QString kGeometry = QStringLiteral("window/geometry");
const QString kRecent = QStringLiteral("labs/recent");
constexpr qsizetype kMostRecent = 12;
const QString kLayout = QStringLiteral("window/layout");
} // namespace

ViewSettings::ViewSettings(const QString& file) : m_settings(file, QSettings::IniFormat) {}

QString ViewSettings::defaultFile() {
    const QString own = qEnvironmentVariable("PODLEAF_CONFIG_HOME");
    if (!own.isEmpty()) {
        return own + QStringLiteral("/desktop.ini");
    }
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QStringLiteral("/podleaf/desktop.ini");
}

ThemeMode ViewSettings::themeMode() const {
    const QString word = m_settings.value(kTheme).toString();
    return word == QLatin1String("light") ? ThemeMode::Light : word == QLatin1String("dark") ? ThemeMode::Dark : ThemeMode::System;
}

void ViewSettings::setThemeMode(ThemeMode mode) {
    m_settings.setValue(kTheme, mode == ThemeMode::Light  ? QStringLiteral("light")
                                : mode == ThemeMode::Dark ? QStringLiteral("dark")
                                                          : QStringLiteral("system"));
}

bool ViewSettings::reducedMotion(bool otherwise) const {
    return m_settings.value(kReducedMotion, otherwise).toBool();
}

void ViewSettings::setReducedMotion(bool reduced) {
    m_settings.setValue(kReducedMotion, reduced);
}

std::chrono::seconds ViewSettings::fadeAfter(std::chrono::seconds otherwise) const {
    return std::chrono::seconds(m_settings.value(kFadeAfter, static_cast<qlonglong>(otherwise.count())).toLongLong());
}

void ViewSettings::setFadeAfter(std::chrono::seconds time) {
    m_settings.setValue(kFadeAfter, static_cast<qlonglong>(time.count()));
}

QByteArray ViewSettings::geometry() const {
    return m_settings.value(kGeometry).toByteArray();
}

QByteArray ViewSettings::layout() const {
    return m_settings.value(kLayout).toByteArray();
}

QStringList ViewSettings::recentLabs() const {
    return m_settings.value(kRecent).toStringList();
}

void ViewSettings::addRecentLab(const QString& path) {
    QStringList paths = recentLabs();
    paths.removeAll(path);
    paths.prepend(path);
    m_settings.setValue(kRecent, QStringList(paths.mid(0, kMostRecent)));
}

void ViewSettings::setGeometry(const QByteArray& geometry) {
    m_settings.setValue(kGeometry, geometry);
}

void ViewSettings::setLayout(const QByteArray& layout) {
    m_settings.setValue(kLayout, layout);
}

} // namespace podleaf::ui
