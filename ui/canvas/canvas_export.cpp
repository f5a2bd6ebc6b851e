// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas_export.h"

#include "canvas_text.h"
#include "lab_view_private.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <initializer_list>

namespace podleaf::ui {

namespace {

QByteArray svgOf(LabView& view) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(view.viewport()->size());
    generator.setViewBox(view.viewport()->rect());
    generator.setTitle(CanvasText::tr("Podleaf lab"));
    QPainter painter(&generator);
    view.drawTo(painter);
    painter.end();
    return bytes;
}

QByteArray pngOf(LabView& view) {
    QImage image(view.viewport()->size() * view.devicePixelRatioF(), QImage::Format_RGB32);
    image.setDevicePixelRatio(view.devicePixelRatioF());
    QPainter painter(&image);
    view.drawTo(painter);
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

} // namespace

void LabView::drawTo(QPainter& painter) {
    painter.setRenderHint(QPainter::TextAntialiasing);
    render(&painter, QRectF(viewport()->rect()), viewport()->rect());
    const std::initializer_list<QWidget*> overlays{d->legend, d->legendButton, d->note, d->simulated};
    for (QWidget* overlay : overlays) {
        if (overlay->isVisibleTo(this)) {
            painter.save();
            painter.translate(overlay->pos());
            overlay->render(&painter, {}, {}, QWidget::DrawChildren);
            painter.restore();
        }
    }
    if (d->strip->isVisibleTo(this)) {
        painter.save();
        painter.translate(d->strip->pos());
        d->strip->drawWords(painter);
        painter.restore();
    }
}

Result<> exportCanvas(LabView& view, const QString& path) {
    const bool svg = path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive);
    if (!svg && !path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive)) {
        return fail(ErrorCode::InvalidInput, CanvasText::tr("The canvas can be saved as SVG or PNG, not as %1.").arg(path), {},
                    CanvasText::tr("Let the name end in .svg or .png."));
    }
    const QByteArray bytes = svg ? svgOf(view) : pngOf(view);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        return fail(ErrorCode::Failed, CanvasText::tr("Cannot write %1.").arg(path), file.errorString());
    }
    return {};
}

} // namespace podleaf::ui
