// SPDX-License-Identifier: GPL-3.0-or-later
// A panel of a dock by itself: shown, and what it says. GUI thread.
#pragma once

#include <QLabel>
#include <QTest>

namespace podleaf::test {

/// The texts of all labels that are to be seen.
inline QStringList sentencesIn(const QWidget& parent) {
    QStringList texts;
    for (const auto* label : parent.findChildren<QLabel*>()) {
        if (label->isVisible() && !label->text().isEmpty()) {
            texts += label->text();
        }
    }
    return texts;
}

/// Panels have a show() of their own, with what they are to show.
inline void showPanel(QWidget& panel, const QSize& size = {592, 216}) {
    panel.resize(size);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
}

} // namespace podleaf::test
