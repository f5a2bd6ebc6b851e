// SPDX-License-Identifier: GPL-3.0-or-later
// What is written on a picture, as a list of its texts. GUI thread.
#pragma once

#include <ui/canvas/lab_view.h>

#include <QPaintDevice>
#include <QPaintEngine>
#include <QPainter>
#include <QStringList>

namespace podleaf::ui {

/// Writes down what is written on it, and draws nothing.
class PaintedWords final : public QPaintDevice, private QPaintEngine {
public:
    explicit PaintedWords(QSize size) : QPaintEngine(AllFeatures), m_size(size) {}
    [[nodiscard]] QPaintEngine* paintEngine() const override { return const_cast<PaintedWords*>(this); }

    QStringList words;

private:
    bool begin(QPaintDevice* /*device*/) override { return true; }
    bool end() override { return true; }
    void updateState(const QPaintEngineState& /*state*/) override {}
    void drawPixmap(const QRectF& /*to*/, const QPixmap& /*pixmap*/, const QRectF& /*from*/) override {}
    void drawPath(const QPainterPath& /*path*/) override {}
    void drawPolygon(const QPointF* /*points*/, int /*count*/, PolygonDrawMode /*mode*/) override {}
    void drawTextItem(const QPointF& /*at*/, const QTextItem& item) override { words += item.text(); }
    [[nodiscard]] Type type() const override { return User; }
    [[nodiscard]] int metric(PaintDeviceMetric metric) const override {
        return metric == PdmWidth ? m_size.width() : metric == PdmHeight ? m_size.height() : metric == PdmDepth ? 32 : 96;
    }

    const QSize m_size;
};

/// Of the canvas as it would be saved.
inline QStringList wordsOn(LabView& view) {
    PaintedWords page(view.viewport()->size());
    QPainter painter(&page);
    view.drawTo(painter);
    painter.end();
    return page.words;
}

} // namespace podleaf::ui
