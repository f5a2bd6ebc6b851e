// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of editing share: the tutorial open in the real window, and hands for mouse and keys.
#pragma once

#include "file_window.h"

#include <tests/desktop/mouse_and_keys.h>
#include <ui/docks/inspector_panel.h>
#include <ui/document/lab_document.h>
#include <ui/editor/inspector_form.h>
#include <ui/editor/lab_editor.h>
#include <ui/window/main_window.h>
#include <ui/window/window_actions.h>

#include <QTabBar>
#include <QTest>

#include <memory>

namespace podleaf::ui {

/// A window in which the tutorial is open; tests inherit it.
class EditingWindow {
protected:
    /// A new window, with the canvas in focus.
    void open();
    [[nodiscard]] LabView& canvas() { return m_window->canvas(); }
    [[nodiscard]] LabDocument& document() { return *m_window->document(); }
    [[nodiscard]] bool has(const char* text) { return document().text().contains(text); }
    [[nodiscard]] QString undoText() { return m_window->actions().undo->text(); }
    [[nodiscard]] InspectorForm& form() { return m_window->editor().form(); }
    [[nodiscard]] QPoint inWindow(const QPoint& onCanvas) { return canvas().viewport()->mapTo(m_window.get(), onCanvas); }
    /// Presses at one place of the window, moves in two steps and lets go at the other.
    void drag(const QPoint& from, const QPoint& to, Qt::KeyboardModifiers modifiers = {});
    void clickNode(const char* name, Qt::KeyboardModifiers modifiers = {});
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { test::press(*m_window, key, modifiers); }
    void showForm();
    /// Clicks into the field, types over what it holds, and presses Enter.
    void enter(FieldKey field, const char* text);

    std::unique_ptr<fakes::FakeLab> m_lab;
    std::unique_ptr<MainWindow> m_window;
    QByteArray m_text;
    static constexpr int kPatienceMs = 20'000;
};

inline void EditingWindow::open() {
    m_lab = std::make_unique<fakes::FakeLab>();
    const QString path = QStringLiteral(PODLEAF_SOURCE_DIR "/labs/tutorial/lab.yaml");
    m_window = fileWindow(*m_lab, {1440, 900});
    QVERIFY(m_window != nullptr);
    m_window->openLab(path);
    m_text = document().text();
    canvas().setFocus();
    QTRY_VERIFY_WITH_TIMEOUT(canvas().hasFocus(), kPatienceMs);
}

inline void EditingWindow::drag(const QPoint& from, const QPoint& to, Qt::KeyboardModifiers modifiers) {
    QWindow* window = m_window->windowHandle();
    QTest::mousePress(window, Qt::LeftButton, modifiers, from);
    QTest::mouseMove(window, (from + to) / 2);
    QTest::mouseMove(window, to);
    QTest::mouseRelease(window, Qt::LeftButton, modifiers, to);
}

inline void EditingWindow::clickNode(const char* name, Qt::KeyboardModifiers modifiers) {
    QTest::mouseClick(m_window->windowHandle(), Qt::LeftButton, modifiers, inWindow(canvas().viewPosOf(fakes::node(name))));
}

inline void EditingWindow::showForm() {
    auto* tabs = m_window->inspector().findChild<QTabBar*>();
    test::clickAt(*tabs, tabs->tabRect(1).center());
    QTRY_VERIFY_WITH_TIMEOUT(form().isVisible(), kPatienceMs);
}

inline void EditingWindow::enter(FieldKey field, const char* text) {
    QLineEdit* edit = form().edit(field);
    QVERIFY(edit != nullptr);
    test::click(*edit);
    QVERIFY(edit->hasFocus());
    edit->selectAll();
    if (*text == '\0') {
        key(Qt::Key_Backspace);
    }
    QTest::keyClicks(edit, QString::fromLatin1(text));
    key(Qt::Key_Return);
}

} // namespace podleaf::ui
