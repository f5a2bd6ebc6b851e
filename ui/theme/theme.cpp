// SPDX-License-Identifier: GPL-3.0-or-later
// Theme: reads the palette file and chooses the fonts. GUI thread.
#include "theme.h"

#include "widget_style.h"

#include <QApplication>
#include <QCoreApplication>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPalette>
#include <QScreen>

#include <array>
#include <cmath>

// Q_INIT_RESOURCE must stand outside of every namespace; a static library's resources are dropped without it.
static void initResources() {
    Q_INIT_RESOURCE(podleaf_theme);
}

namespace podleaf::ui {

namespace {

constexpr auto kAllRoles = std::to_array<Role>({
    Role::Window,   Role::Base,       Role::Alt,      Role::Header,   Role::Button, Role::Hover,   Role::Select,  Role::Canvas,
    Role::Grid,     Role::Card,       Role::Lane,     Role::Border,   Role::Edge,   Role::Text,    Role::Muted,   Role::Disabled,
    Role::Accent,   Role::AccentFill, Role::OnAccent, Role::Ok,       Role::OkTint, Role::Bad,     Role::BadTint, Role::Warn,
    Role::WarnFill, Role::WarnTint,   Role::Wait,     Role::WaitTint, Role::Off,    Role::OffTint, Role::Traffic,
});
constexpr std::array<const char*, kAllRoles.size()> kRoleNames = {
    "window",  "base", "alt",      "header",   "button",   "hover",    "select",     "canvas",   "grid",   "card",   "lane",
    "border",  "edge", "text",     "muted",    "disabled", "accent",   "accentFill", "onAccent", "ok",     "okTint", "bad",
    "badTint", "warn", "warnFill", "warnTint", "wait",     "waitTint", "off",        "offTint",  "traffic"};

/// The size the design was drawn with: 13 px controls, and the pixels of a point at scale 1.
constexpr double kControlPx = 13;
constexpr double kPointsPerPx = 72.0 / 96.0;
/// Remembers on the application whether the desktop is dark, which a theme that is applied hides.
constexpr const char* kSystemDark = "podleafSystemDark";

bool isDarkPalette(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

QString firstFamilyOf(const QStringList& wanted) {
    const QStringList present = QFontDatabase::families();
    for (const QString& family : wanted) {
        if (present.contains(family)) {
            return family;
        }
    }
    return wanted.constLast();
}

/// The desktop's own font; where none is set (Qt then says "Sans Serif"), the design's.
QFont interfaceFont() {
    const QFont own = QApplication::font();
    static const QStringList generic{QStringLiteral("Sans Serif"), QStringLiteral("Sans"), QStringLiteral("sans-serif"), QString()};
    if (!generic.contains(own.family())) {
        return own;
    }
    QFont font(firstFamilyOf({QStringLiteral("Inter"), QStringLiteral("Noto Sans"), QStringLiteral("DejaVu Sans")}));
    font.setPointSizeF(kControlPx * kPointsPerPx);
    return font;
}

QFont fixedFont() {
    const QFont own = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    static const QStringList generic{QStringLiteral("monospace"), QStringLiteral("Monospace"), QString()};
    if (!generic.contains(own.family())) {
        return own;
    }
    return QFont(firstFamilyOf({QStringLiteral("DejaVu Sans Mono"), QStringLiteral("Noto Sans Mono"), own.family()}));
}

double logicalDpi() {
    const QScreen* screen = QGuiApplication::primaryScreen();
    return screen == nullptr ? 96.0 : screen->logicalDotsPerInchY();
}

struct FontSpec {
    double px;
    bool strong;
    bool mono;
};
FontSpec specOf(FontRole role) {
    switch (role) {
    case FontRole::Title:
        return {15, true, false};
    case FontRole::NodeName:
        return {14, true, false};
    case FontRole::Control:
        return {kControlPx, false, false};
    case FontRole::Table:
        return {12.5, false, false};
    case FontRole::Second:
        return {12, false, false};
    case FontRole::Strong:
        return {12, true, false};
    case FontRole::Word:
        return {11.5, true, false};
    case FontRole::Note:
        return {11.5, false, false};
    case FontRole::Caption:
        return {11, false, false};
    case FontRole::MonoCard:
        return {11.5, false, true};
    case FontRole::Mono:
        return {11, false, true};
    }
    return {kControlPx, false, false};
}

} // namespace

struct Theme::Data {
    std::array<QColor, kAllRoles.size()> colors;
    bool dark = false;
    QFont sans;
    QFont mono;
    double scale = 1;
    double dpi = 96;
};

std::span<const Role> allRoles() {
    return kAllRoles;
}

QString toString(Role role) {
    return QString::fromLatin1(kRoleNames[static_cast<std::size_t>(role)]);
}

Result<Theme> Theme::parse(const QByteArray& json, const QString& variant) {
    QJsonParseError problem;
    const QJsonObject file = QJsonDocument::fromJson(json, &problem).object();
    const QJsonObject colors = file.value(variant).toObject();
    auto data = std::make_shared<Data>();
    for (const Role role : kAllRoles) {
        const QColor color(colors.value(toString(role)).toString());
        if (!color.isValid()) {
            return fail(ErrorCode::InvalidInput,
                        QCoreApplication::translate("Theme", "The palette has no colour for %1 in %2.").arg(toString(role), variant),
                        problem.errorString());
        }
        data->colors[static_cast<std::size_t>(role)] = color;
    }
    data->dark = data->colors[static_cast<std::size_t>(Role::Base)].lightness() < 128;
    data->sans = interfaceFont();
    data->mono = fixedFont();
    data->dpi = logicalDpi();
    const double pt = data->sans.pointSizeF() > 0 ? data->sans.pointSizeF() : data->sans.pixelSize() * 72.0 / data->dpi;
    data->scale = pt * data->dpi / 72.0 / kControlPx;
    return Theme(std::move(data));
}

/// The palette that is compiled in; a test proves that it parses.
static Theme builtIn(const QString& variant) {
    initResources();
    QFile file(QStringLiteral(":/podleaf/themes/palette.json"));
    const QByteArray json = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    const Result<Theme> theme = Theme::parse(json, variant);
    if (!theme) {
        qFatal("The palette that is compiled in is broken: %s", qUtf8Printable(theme.error().message));
    }
    return *theme;
}

Theme Theme::light() {
    return builtIn(QStringLiteral("light"));
}

Theme Theme::dark() {
    return builtIn(QStringLiteral("dark"));
}

Theme Theme::forMode(ThemeMode mode) {
    if (mode == ThemeMode::System) {
        const QVariant remembered = qApp->property(kSystemDark);
        const bool systemDark = remembered.isValid() ? remembered.toBool() : isDarkPalette(QApplication::palette());
        return systemDark ? dark() : light();
    }
    return mode == ThemeMode::Dark ? dark() : light();
}

QColor Theme::color(Role role) const {
    return d->colors[static_cast<std::size_t>(role)];
}

bool Theme::isDark() const {
    return d->dark;
}

double Theme::fontScale() const {
    return d->scale;
}

int Theme::scaled(int designPx) const {
    return qRound(designPx * fontScale());
}

QFont Theme::font(FontRole role) const {
    QFont font = canvasFont(role);
    font.setPointSizeF(font.pointSizeF() * d->scale);
    return font;
}

QFont Theme::canvasFont(FontRole role) const {
    const FontSpec spec = specOf(role);
    QFont font = spec.mono ? d->mono : d->sans;
    font.setPointSizeF(spec.px * 72.0 / d->dpi);
    font.setWeight(spec.strong ? QFont::DemiBold : QFont::Normal);
    return font;
}

void Theme::applyTo(QApplication& application) const {
    if (!application.property(kSystemDark).isValid()) {
        application.setProperty(kSystemDark, isDarkPalette(QApplication::palette()));
    }
    QApplication::setStyle(new WidgetStyle(fontScale()));
    QApplication::setFont(font(FontRole::Control));
    QApplication::setPalette(palette());
    application.setStyleSheet(styleSheet());
}

void Theme::lookAtDesktop(QApplication& application) const {
    if (QApplication::palette().color(QPalette::Window) == color(Role::Window)) {
        QApplication::setPalette(QPalette()); // What was set lies over it.
    }
    application.setProperty(kSystemDark, isDarkPalette(QApplication::palette()));
}

double contrastRatio(const QColor& a, const QColor& b) {
    const auto channel = [](double value) { return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4); };
    const auto luminance = [&](const QColor& c) {
        return 0.2126 * channel(c.redF()) + 0.7152 * channel(c.greenF()) + 0.0722 * channel(c.blueF());
    };
    const double one = luminance(a) + 0.05;
    const double two = luminance(b) + 0.05;
    return one > two ? one / two : two / one;
}

} // namespace podleaf::ui
