// SPDX-License-Identifier: GPL-3.0-or-later
// The hand that goes through an open menu by mouse. GUI thread.
#pragma once

#include <QApplication>
#include <QMenu>
#include <QTest>

#include <algorithm>

namespace podleaf::ui {

/// The entry with that text, once `menu` is in sight; nullptr when there is none or it is disabled.
inline QAction* entryOf(const QMenu* menu, const QString& word) {
    // A menu within a menu comes after a moment.
    if (menu == nullptr || !QTest::qWaitFor([menu] { return menu->isVisible(); }, 5000)) {
        return nullptr;
    }
    const auto actions = menu->actions();
    const auto found = std::ranges::find(actions, word, &QAction::text);
    return found != actions.end() && (*found)->isEnabled() ? *found : nullptr;
}

/// Clicks through the menu that is open to the entry of that path ("Daemons", "bgpd", "Kill").
inline void chooseInMenu(const QStringList& path) {
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    for (const QString& word : path) {
        QAction* entry = entryOf(menu, word);
        QVERIFY2(entry != nullptr, qPrintable(word));
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(entry).center());
        menu = entry->menu();
    }
    QTRY_VERIFY_WITH_TIMEOUT(QApplication::activePopupWidget() == nullptr, 5000);
}

} // namespace podleaf::ui
