// SPDX-License-Identifier: GPL-3.0-or-later
// HelpView: see the header.
#include "help_view.h"

#include <ui/start/start_page.h>

#include <QDockWidget>
#include <QFile>
#include <QScrollBar>
#include <QTextBlock>
#include <QVBoxLayout>

namespace podleaf::ui {

namespace {

constexpr qreal kMargin = 20;

template <class Deed>
void forEachSection(const QTextDocument& text, Deed deed) {
    for (QTextBlock block = text.begin(); block.isValid(); block = block.next()) {
        if (block.blockFormat().headingLevel() == 2) {
            deed(block);
        }
    }
}

} // namespace

HelpView::HelpView(QWidget* window) : QDialog(window), m_text(new QTextBrowser(this)) {
    setWindowTitle(tr("Help"));
    QFile file(QStringLiteral(":/podleaf/help.md"));
    m_text->setMarkdown(file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString());
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->document()->setDocumentMargin(kMargin);
    m_text->setAccessibleName(windowTitle());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_text);
    const QFontMetrics letters(font());
    resize(letters.averageCharWidth() * 76, letters.height() * 34);
}

void HelpView::showFor(QWidget& window) {
    const QString section = sectionOf(window.focusWidget());
    auto* help = window.findChild<HelpView*>();
    if (help == nullptr) {
        help = new HelpView(&window);
    }
    help->show();
    help->raise();
    help->activateWindow();
    help->goTo(section);
}

QString HelpView::sectionOf(const QWidget* part) {
    for (; part != nullptr; part = part->parentWidget()) {
        if (const auto* dock = qobject_cast<const QDockWidget*>(part)) {
            return dock->windowTitle();
        }
        if (qobject_cast<const StartPage*>(part) != nullptr) {
            return QStringLiteral("Start");
        }
    }
    return QStringLiteral("Canvas");
}

void HelpView::goTo(const QString& section) {
    m_section.clear();
    int top = 0;
    forEachSection(*m_text->document(), [&](const QTextBlock& block) {
        if (block.text() == section) {
            m_section = section;
            m_text->setTextCursor(QTextCursor(block)); // Where a screen reader goes on.
            top = m_text->cursorRect().top() + m_text->verticalScrollBar()->value();
        }
    });
    m_text->verticalScrollBar()->setValue(top);
}

QStringList HelpView::sections() const {
    QStringList out;
    forEachSection(*m_text->document(), [&out](const QTextBlock& block) { out += block.text(); });
    return out;
}

} // namespace podleaf::ui
