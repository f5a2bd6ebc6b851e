// SPDX-License-Identifier: GPL-3.0-or-later
// ConsoleTab: see the header.
#include "console_tab.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace podleaf::ui {

ConsoleTab::ConsoleTab(ConsoleTarget target, TerminalProgram program, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_target(std::move(target)), m_program(std::move(program)), m_view(new TerminalView(theme, this)),
      m_strip(new QWidget(this)), m_sentence(new QLabel(m_strip)), m_again(new QPushButton(tr("Start again"), m_strip)) {
    m_view->setAccessibleName(tr("Console of %1").arg(title()));
    m_view->setToolTip(tr("F6 leaves the console. Ctrl+Shift+C copies, Ctrl+Shift+V pastes."));
    m_sentence->setTextFormat(Qt::PlainText);
    m_strip->setAutoFillBackground(true);
    m_strip->setBackgroundRole(QPalette::Midlight);
    auto* row = new QHBoxLayout(m_strip);
    row->setContentsMargins(8, 3, 8, 3);
    row->addWidget(m_sentence, 1);
    row->addWidget(m_again);
    m_strip->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_strip);
    setFocusProxy(m_view);
    connect(m_view, &TerminalView::roomChanged, this, [this](const TerminalSize& size) {
        if (m_worker == nullptr && !m_closing) {
            start(size);
        } else if (m_worker != nullptr) {
            m_worker->resize(size);
        }
    });
    connect(m_view, &TerminalView::keyPressed, this, &ConsoleTab::keyPressed);
    connect(m_view, &TerminalView::pasted, this, &ConsoleTab::pasted);
    connect(m_view, &TerminalView::focused, this, &ConsoleTab::focused);
    connect(m_again, &QPushButton::clicked, this, &ConsoleTab::restart);
}

QString ConsoleTab::title() const {
    switch (m_target.program) {
    case session::ConsoleProgram::Vtysh:
        return tr("%1 vtysh").arg(m_target.node.name);
    case session::ConsoleProgram::Logs:
        return tr("%1 logs").arg(m_target.node.name);
    case session::ConsoleProgram::Shell:
        break;
    }
    return m_target.node.name;
}

QString ConsoleTab::endSentence() const {
    return m_strip->isVisibleTo(this) ? m_sentence->text() : QString();
}

void ConsoleTab::start(TerminalSize size) {
    m_strip->hide();
    m_worker = new TerminalWorker(m_program, size, this);
    connect(m_worker, &TerminalWorker::frameChanged, m_view, [this](const TerminalFramePtr& frame) { m_view->show(frame); });
    connect(m_worker, &TerminalWorker::copied, this, [](const QString& text) { QApplication::clipboard()->setText(text); });
    connect(m_worker, &TerminalWorker::ended, this, &ConsoleTab::onEnded);
    connect(m_view, &TerminalView::mouseReported, m_worker, &TerminalWorker::report);
    connect(m_view, &TerminalView::scrolled, m_worker, &TerminalWorker::scrollTo);
    connect(m_view, &TerminalView::copyRequested, m_worker, &TerminalWorker::copy);
    Q_EMIT aliveChanged();
}

void ConsoleTab::follow(TerminalProgram program, bool isOfLab) {
    m_program = std::move(program);
    const bool wasOfLab = std::exchange(m_isOfLab, isOfLab);
    m_again->setVisible(isOfLab);
    if (isOfLab && isAlive()) {
        m_strip->hide();
    } else if (wasOfLab && !isOfLab) {
        m_sentence->setText(
            isAlive() ? tr("%1 is not in the lab file any more. Its console ends when the change is applied.").arg(m_target.node.name)
                      : tr("%1 is not in the lab file any more.").arg(m_target.node.name));
        m_strip->show();
    }
}

void ConsoleTab::restart() {
    if (m_isOfLab && m_worker != nullptr && m_worker->hasEnded()) {
        m_worker->deleteLater();
        m_view->disconnect(m_worker);
        start(m_view->room());
        m_view->setFocus();
    }
}

void ConsoleTab::onEnded(const Result<session::ConsoleEnd>& end) {
    if (m_closing) {
        deleteLater();
        return;
    }
    if (!end) {
        m_sentence->setText(end.error().message);
    } else if (end->signal != 0) {
        m_sentence->setText(tr("%1 was killed by signal %2.").arg(title()).arg(end->signal));
    } else {
        m_sentence->setText(tr("%1 ended with exit code %2.").arg(title()).arg(end->exitCode));
    }
    if (!m_isOfLab) {
        m_sentence->setText(tr("The console has ended: %1 is not in the lab any more.").arg(m_target.node.name));
    }
    m_strip->show();
    Q_EMIT aliveChanged();
}

void ConsoleTab::press(const KeyPress& key) {
    if (isAlive()) {
        m_worker->press(key);
    }
}

void ConsoleTab::paste(const QString& text) {
    if (isAlive()) {
        m_worker->paste(text);
    }
}

void ConsoleTab::closeSoon() {
    m_closing = true;
    hide();
    if (isAlive()) {
        m_worker->stop();
    } else {
        deleteLater();
    }
}

} // namespace podleaf::ui
