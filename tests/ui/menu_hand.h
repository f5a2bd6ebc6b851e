// SPDX-License-Identifier: GPL-3.0-or-later
// The hand that goes through an open menu by mouse. GUI thread.
#pragma once

#include <QApplication>
#include <QMenu>
#include <QTest>

namespace podleaf::ui {

/// Clicks through the menu that is open to the entry of that path ("Daemons", "bgpd", "Kill").
inline void chooseInMenu(const QStringList& path) {
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    for (const QString& word : path) {
        QVERIFY2(menu != nullptr, qPrintable(word));
        QTRY_VERIFY_WITH_TIMEOUT(menu->isVisible(), 5000); // A menu within a menu comes after a moment.
        QAction* entry = nullptr;
        for (QAction* action : menu->actions()) {
            entry = action->text() == word ? action : entry;
        }
        QVERIFY2(entry != nullptr, qPrintable(word));
        QVERIFY2(entry->isEnabled(), qPrintable(word));
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(entry).center());
        menu = entry->menu();
    }
    QTRY_VERIFY_WITH_TIMEOUT(QApplication::activePopupWidget() == nullptr, 5000);
}

} // namespace podleaf::ui
