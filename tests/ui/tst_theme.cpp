// SPDX-License-Identifier: GPL-3.0-or-later
// The theme file keeps the contrast the design promises; glyphs and icons are really painted. GUI thread.
#include <ui/theme/glyphs.h>
#include <ui/theme/svg_path.h>
#include <ui/theme/theme.h>
#include <ui/theme/widget_style.h>

#include <QComboBox>
#include <QFontDatabase>
#include <QImage>
#include <QPainter>
#include <QPushButton>
#include <QTest>

using namespace podleaf;
using namespace podleaf::ui;

namespace {

/// Every colour of an image that covers at least `pixels` pixels exactly.
int countOf(const QImage& image, const QColor& color) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            count += image.pixelColor(x, y) == color ? 1 : 0;
        }
    }
    return count;
}

} // namespace

class ThemeTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyRoleIsRead();
    void contrast_data();
    void contrast();
    void missingColourIsNamed();
    void contrastRatioIsWcag();
    void fontsFollowTheUser();
    void styleSheetHasNoPlaceholders();
    void comboBoxesHaveAChevron();
    void checkedButtonsLookSo();
    void iconsGrowWithTheFont();
    void systemModeFollowsTheDesktop();
    void glyphsDiffer();
    void glyphHasItsColour();
    void iconsArePainted();
    void svgArcs();
};

void ThemeTest::everyRoleIsRead() {
    QCOMPARE(allRoles().size(), std::size_t(31));
    QCOMPARE(Theme::light().color(Role::Window), QColor(QStringLiteral("#ECEEF1")));
    QCOMPARE(Theme::dark().color(Role::Traffic), QColor(QStringLiteral("#BBA2EE")));
    QVERIFY(!Theme::light().isDark());
    QVERIFY(Theme::dark().isDark());
}

void ThemeTest::contrast_data() {
    QTest::addColumn<int>("front");
    QTest::addColumn<int>("ground");
    QTest::addColumn<double>("atLeast");
    const auto row = [](Role front, Role ground, double atLeast) {
        const QByteArray name = (toString(front) + QLatin1String(" on ") + toString(ground)).toUtf8();
        QTest::newRow(name.constData()) << int(front) << int(ground) << atLeast;
    };
    constexpr Role kGrounds[] = {Role::Window, Role::Base,   Role::Alt,    Role::Header, Role::Button,
                                 Role::Hover,  Role::Select, Role::Canvas, Role::Card,   Role::Lane};
    for (const Role ground : kGrounds) {
        for (const Role front : {Role::Text, Role::Muted, Role::Accent, Role::Ok, Role::Bad, Role::Warn, Role::Wait}) {
            row(front, ground, 4.5);
        }
        row(Role::Off, ground, ground == Role::Select ? 4.2 : 4.45); // On select it may only be a glyph.
    }
    for (const Role ground : {Role::Canvas, Role::Card, Role::Base}) {
        row(Role::WarnFill, ground, 3.0);
        row(Role::Edge, ground, 3.0);
        row(Role::Traffic, ground, 4.5);
    }
    row(Role::Ok, Role::OkTint, 4.5);
    row(Role::Bad, Role::BadTint, 4.5);
    row(Role::Warn, Role::WarnTint, 4.5);
    row(Role::Wait, Role::WaitTint, 4.5);
    row(Role::Off, Role::OffTint, 4.4);
    row(Role::Text, Role::BadTint, 4.5);
    row(Role::OnAccent, Role::AccentFill, 4.5);
}

void ThemeTest::contrast() {
    QFETCH(int, front);
    QFETCH(int, ground);
    QFETCH(double, atLeast);
    for (const Theme& theme : {Theme::light(), Theme::dark()}) {
        const double ratio = contrastRatio(theme.color(Role(front)), theme.color(Role(ground)));
        QVERIFY2(ratio >= atLeast, qPrintable(QStringLiteral("%1:1 in the %2 theme")
                                                  .arg(ratio, 0, 'f', 2)
                                                  .arg(theme.isDark() ? QStringLiteral("dark") : QStringLiteral("light"))));
    }
}

void ThemeTest::missingColourIsNamed() {
    const Result<Theme> theme = Theme::parse(R"({"light": {"window": "#ffffff"}})", QStringLiteral("light"));
    QVERIFY(!theme);
    QCOMPARE(theme.error().code, ErrorCode::InvalidInput);
    QVERIFY2(theme.error().message.contains(QStringLiteral("base")), qPrintable(theme.error().message));
    QVERIFY(!Theme::parse("not json", QStringLiteral("dark")));
}

void ThemeTest::contrastRatioIsWcag() {
    QCOMPARE(contrastRatio(Qt::black, Qt::white), 21.0);
    QCOMPARE(contrastRatio(Qt::white, Qt::white), 1.0);
    QVERIFY(qAbs(contrastRatio(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.01);
}

void ThemeTest::fontsFollowTheUser() {
    const QFont before = QApplication::font();
    QFont big(QStringLiteral("DejaVu Sans"));
    big.setPointSizeF(19.5); // Twice the design's 9.75.
    QApplication::setFont(big);
    const Theme theme = Theme::light();
    QApplication::setFont(before);
    QVERIFY(qAbs(theme.fontScale() - 2.0) < 0.01);
    QVERIFY(qAbs(theme.font(FontRole::Table).pointSizeF() - 2 * theme.canvasFont(FontRole::Table).pointSizeF()) < 0.01);
    QCOMPARE(theme.font(FontRole::Table).family(), QStringLiteral("DejaVu Sans"));
    QVERIFY(theme.font(FontRole::NodeName).weight() == QFont::DemiBold);
    QVERIFY(QFontInfo(theme.font(FontRole::Mono)).fixedPitch());
}

void ThemeTest::styleSheetHasNoPlaceholders() {
    const QString sheet = Theme::dark().styleSheet();
    QVERIFY(!sheet.contains(QLatin1Char('@')));
    QVERIFY(!sheet.contains(QStringLiteral(": ;")));
    QVERIFY(sheet.contains(Theme::dark().color(Role::AccentFill).name()));
}

void ThemeTest::comboBoxesHaveAChevron() {
    for (const Theme& theme : {Theme::light(), Theme::dark()}) {
        theme.applyTo(*qApp);
        QComboBox box;
        box.resize(140, 26);
        const QImage image = box.grab().toImage().convertToFormat(QImage::Format_ARGB32);
        const QRect arrow(140 - 24, 4, 16, 18);
        QVERIFY(countOf(image.copy(arrow), theme.color(Role::Text)) > 3);
        QCOMPARE(countOf(image.copy(4, 4, 100, 18), theme.color(Role::Text)), 0);
        box.setEnabled(false);
        QCOMPARE(countOf(box.grab().toImage().copy(arrow), theme.color(Role::Text)), 0);
    }
    Theme::light().applyTo(*qApp);
}

void ThemeTest::checkedButtonsLookSo() {
    const Theme theme = Theme::light();
    theme.applyTo(*qApp);
    QPushButton button;
    button.setCheckable(true);
    button.resize(80, 26);
    QCOMPARE(countOf(button.grab().toImage(), theme.color(Role::Select)), 0);
    button.setChecked(true);
    QVERIFY(countOf(button.grab().toImage(), theme.color(Role::Select)) > 1000);
}

void ThemeTest::iconsGrowWithTheFont() {
    for (const double scale : {1.0, 2.0}) {
        const WidgetStyle style(scale);
        for (const auto metric : {QStyle::PM_ButtonIconSize, QStyle::PM_SmallIconSize, QStyle::PM_LineEditIconSize}) {
            QCOMPARE(style.pixelMetric(metric, nullptr, nullptr), qRound(16 * scale));
        }
    }
}

void ThemeTest::systemModeFollowsTheDesktop() {
    Theme::dark().applyTo(*qApp);
    QCOMPARE(QApplication::palette().color(QPalette::Window), Theme::dark().color(Role::Window));
    QVERIFY(!Theme::forMode(ThemeMode::System).isDark()); // The desktop was light before.
    Theme::light().applyTo(*qApp);
    QVERIFY(qAbs(Theme::light().fontScale() - 1.0) < 0.01); // Applying twice does not grow the fonts.
}

void ThemeTest::glyphsDiffer() {
    std::vector<QImage> seen;
    for (int glyph = int(Glyph::Ok); glyph <= int(Glyph::Planned); ++glyph) {
        QImage image(24, 24, QImage::Format_Grayscale8); // Also without colour.
        image.fill(Qt::white);
        QPainter painter(&image);
        paintGlyph(painter, QRectF(2, 2, 20, 20), Glyph(glyph), Theme::light());
        painter.end();
        for (const QImage& other : seen) {
            QVERIFY2(image != other, qPrintable(QString::number(glyph)));
        }
        seen.push_back(image);
    }
}

void ThemeTest::glyphHasItsColour() {
    const Theme theme = Theme::light();
    for (const Glyph glyph : {Glyph::Ok, Glyph::Bad, Glyph::Warn, Glyph::Wait, Glyph::Shut}) {
        QImage image(24, 24, QImage::Format_ARGB32);
        image.fill(theme.color(Role::Base));
        QPainter painter(&image);
        paintGlyph(painter, QRectF(2, 2, 20, 20), glyph, theme);
        painter.end();
        QVERIFY2(countOf(image, theme.color(colorRoleOf(glyph))) > 20, qPrintable(QString::number(int(glyph))));
    }
    QVERIFY(textRoleOf(Glyph::Warn) == Role::Warn);
}

void ThemeTest::iconsArePainted() {
    const Theme theme = Theme::light();
    for (const char* name : {"leaf", "host", "pod", "plan", "up", "down", "test", "plus", "minus", "fit", "cut", "join", "console"}) {
        const QIcon made = icon(QString::fromLatin1(name), theme);
        QVERIFY2(!made.isNull(), name);
        const QImage image = made.pixmap(32, 32).toImage();
        int opaque = 0;
        for (int i = 0; i < 32 * 32; ++i) {
            opaque += image.pixelColor(i % 32, i / 32).alpha() > 128 ? 1 : 0;
        }
        QVERIFY2(opaque > 10, name);
    }
    QVERIFY(icon(QStringLiteral("no-such-icon"), theme).isNull());
}

void ThemeTest::svgArcs() {
    // A circle from two half arcs: back where it began, as wide as its diameter.
    const QPainterPath circle = parseSvgPath(u"M11 7a4 4 0 1 1-8 0a4 4 0 1 1 8 0");
    const QRectF box = circle.boundingRect();
    QVERIFY(qAbs(box.width() - 8) < 0.05 && qAbs(box.height() - 8) < 0.05 && qAbs(box.center().x() - 7) < 0.05);
    // A half circle to the right, below the start, as in "undo".
    const QRectF half = parseSvgPath(u"M9 6a3.6 3.6 0 0 1 0 7.2").boundingRect();
    QVERIFY(qAbs(half.right() - 12.6) < 0.05 && qAbs(half.left() - 9) < 0.05);
    QCOMPARE(parseSvgPath(u"M1 1h4v4z").elementCount(), 4);
    QVERIFY(parseSvgPath(u"M1 1 Q nonsense").elementCount() <= 1);
}

QTEST_MAIN(ThemeTest)
#include "tst_theme.moc"
