// SPDX-License-Identifier: GPL-3.0-or-later
// WidgetStyle: Fusion, with what a style sheet cannot say: icons that grow with the user's font, and the chevron of
// combo boxes, which a sheet takes from a file only, in one colour and one size. GUI thread.
#pragma once

#include <QProxyStyle>

namespace podleaf::ui {

class WidgetStyle final : public QProxyStyle {
public:
    /// `fontScale`: the user's font size over the design's.
    explicit WidgetStyle(double fontScale);

    using QProxyStyle::polish;
    using QProxyStyle::unpolish;
    [[nodiscard]] int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
    void polish(QWidget* widget) override;
    void unpolish(QWidget* widget) override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    double m_fontScale;
};

} // namespace podleaf::ui
