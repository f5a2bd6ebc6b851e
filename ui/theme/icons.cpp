// SPDX-License-Identifier: GPL-3.0-or-later
// The line icons of resources/icons, as vector paths tinted by role. GUI thread.
#include "glyphs.h"
#include "svg_path.h"
#include "vector_icon.h"

#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <QXmlStreamReader>

#include <algorithm>

static void initResources() {
    Q_INIT_RESOURCE(podleaf_theme);
}

namespace podleaf::ui {

namespace {

constexpr double kIconSide = 16;
constexpr double kStroke = 1.4;

class VectorIconEngine final : public QIconEngine {
public:
    explicit VectorIconEngine(PaintIcon paint) : m_paint(std::move(paint)) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        m_paint(*painter, QRectF(rect), mode == QIcon::Disabled ? IconState::Disabled : IconState::Enabled);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap out(size);
        out.fill(Qt::transparent);
        QPainter painter(&out);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return out;
    }
    [[nodiscard]] QIconEngine* clone() const override { return new VectorIconEngine(m_paint); }

private:
    PaintIcon m_paint;
};

QPainterPath readIcon(const QString& fileName) {
    QFile file(fileName);
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QXmlStreamReader xml(&file);
    while (!xml.atEnd()) {
        if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == QLatin1String("path")) {
            return parseSvgPath(xml.attributes().value(QLatin1String("d")));
        }
    }
    return {};
}

/// All icons by name; read once, never changed.
const QHash<QString, QPainterPath>& iconPaths() {
    static const QHash<QString, QPainterPath> paths = [] {
        initResources();
        QHash<QString, QPainterPath> out;
        for (QDirIterator it(QStringLiteral(":/podleaf/icons")); it.hasNext();) {
            const QString file = it.next();
            out.insert(it.fileInfo().completeBaseName(), readIcon(file));
        }
        return out;
    }();
    return paths;
}

} // namespace

QIcon vectorIcon(PaintIcon paint) {
    return QIcon(new VectorIconEngine(std::move(paint)));
}

void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color) {
    const auto path = iconPaths().constFind(name);
    if (path == iconPaths().constEnd()) {
        return;
    }
    const double scale = std::min(rect.width(), rect.height()) / kIconSide;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.topLeft());
    painter.scale(scale, scale);
    painter.setBrush(Qt::NoBrush);
    // A line stays as thin in a bigger icon as it is in the design (20 px icons have a stroke of 1.4 too).
    painter.setPen(QPen(color, kStroke / std::max(1.0, scale), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(*path);
    painter.restore();
}

QIcon icon(const QString& name, const Theme& theme, Role role) {
    if (!iconPaths().contains(name)) {
        return {};
    }
    return vectorIcon(
        [name, normal = theme.color(role), off = theme.color(Role::Disabled)](QPainter& painter, const QRectF& rect, IconState state) {
            paintIcon(painter, rect, name, state == IconState::Disabled ? off : normal);
        });
}

} // namespace podleaf::ui
