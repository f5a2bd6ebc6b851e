// SPDX-License-Identifier: GPL-3.0-or-later
// YamlEdit: see the header.
#include "yaml_edit.h"

#include "text_form.h"

#include <QHelpEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QTextBlock>
#include <QToolTip>

#include <algorithm>

namespace podleaf::ui {

namespace {

constexpr int kMark = 10;
constexpr int kPadding = 6;

class Gutter final : public QWidget {
public:
    explicit Gutter(YamlEdit* edit) : QWidget(edit), m_edit(edit) {}
    [[nodiscard]] QSize sizeHint() const override { return {m_edit->gutterWidth(), 0}; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        m_edit->paintGutter(painter, rect());
    }
    bool event(QEvent* event) override {
        if (event->type() == QEvent::ToolTip) {
            const auto* help = static_cast<QHelpEvent*>(event);
            QToolTip::showText(help->globalPos(), m_edit->findingsAt({-1, help->pos().y()}), this);
            return true;
        }
        return QWidget::event(event);
    }

private:
    YamlEdit* m_edit;
};

} // namespace

YamlEdit::YamlEdit(const Theme& theme, QWidget* parent)
    : QPlainTextEdit(parent), m_theme(theme), m_gutter(new Gutter(this)), m_highlighter(new YamlHighlighter(theme, document())) {
    setUndoRedoEnabled(false);
    setFrameShape(QFrame::NoFrame);
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setAccessibleName(tr("Lab file"));
    refreshTheme();
    connect(this, &QPlainTextEdit::blockCountChanged, this, &YamlEdit::placeGutter);
    connect(this, &QPlainTextEdit::updateRequest, m_gutter, [this] { m_gutter->update(); });
    connect(document(), &QTextDocument::contentsChange, this, [this] {
        if (!m_isFollowing) {
            Q_EMIT typed();
        }
    });
}

void YamlEdit::refreshTheme() {
    setFont(m_theme.font(FontRole::Mono));
    const QScopedValueRollback following(m_isFollowing, true);
    m_highlighter->rehighlight();
    underline();
    placeGutter();
    m_gutter->update();
}

QString YamlEdit::lines() const {
    return document()->toRawText().replace(QChar::ParagraphSeparator, QLatin1Char('\n')).replace(QChar::LineSeparator, QLatin1Char('\n'));
}

void YamlEdit::setLines(const QString& lines) {
    const LineSplice splice = spliceBetween(this->lines(), lines);
    if (splice.removed == 0 && splice.inserted.isEmpty()) {
        return;
    }
    const QScopedValueRollback following(m_isFollowing, true);
    QTextCursor cursor(document());
    cursor.setPosition(static_cast<int>(splice.at));
    cursor.setPosition(static_cast<int>(splice.at + splice.removed), QTextCursor::KeepAnchor);
    cursor.insertText(splice.inserted);
}

void YamlEdit::setFindings(const model::Findings& findings) {
    m_findings = findings;
    underline();
    m_gutter->update();
}

void YamlEdit::underline() {
    QList<QTextEdit::ExtraSelection> selections;
    for (const model::Finding& finding : m_findings) {
        const QTextBlock block = document()->findBlockByNumber(finding.line - 1);
        if (!block.isValid()) {
            continue;
        }
        const QString text = block.text();
        int from = std::clamp(finding.column - 1, 0, static_cast<int>(text.size()));
        int to = from;
        while (to < text.size() && !text[to].isSpace() && !QStringView(u",]}").contains(text[to])) {
            ++to;
        }
        if (to == from) { // The end of a line, or a blank: all of the line.
            from = 0;
            to = static_cast<int>(text.size());
        }
        QTextEdit::ExtraSelection wave;
        wave.cursor = QTextCursor(block);
        wave.cursor.setPosition(block.position() + from);
        wave.cursor.setPosition(block.position() + to, QTextCursor::KeepAnchor);
        wave.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        wave.format.setUnderlineColor(m_theme.color(finding.severity == model::Severity::Error ? Role::Bad : Role::WarnFill));
        selections.append(wave);
    }
    setExtraSelections(selections);
}

void YamlEdit::goTo(int line, int column) {
    const QTextBlock block = document()->findBlockByNumber(std::max(0, line - 1));
    QTextCursor cursor(block.isValid() ? block : document()->lastBlock());
    cursor.setPosition(cursor.block().position() + std::clamp(column - 1, 0, cursor.block().length() - 1));
    setTextCursor(cursor);
    centerCursor();
    setFocus(Qt::OtherFocusReason);
}

int YamlEdit::gutterWidth() const {
    const auto digits = std::max<qsizetype>(2, QString::number(blockCount()).size());
    return kMark + 3 * kPadding + fontMetrics().horizontalAdvance(QLatin1Char('0')) * static_cast<int>(digits);
}

void YamlEdit::placeGutter() {
    setViewportMargins(gutterWidth(), 0, 0, 0);
    const QRect inside = contentsRect();
    m_gutter->setGeometry(inside.left(), inside.top(), gutterWidth(), viewport()->height());
}

void YamlEdit::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    placeGutter();
}

void YamlEdit::paintGutter(QPainter& painter, const QRect& area) {
    painter.fillRect(area, m_theme.color(Role::Alt));
    painter.setFont(font());
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF place = blockBoundingGeometry(block).translated(contentOffset());
        if (place.top() > area.bottom()) {
            return;
        }
        const int line = block.blockNumber() + 1;
        const bool isHere = textCursor().blockNumber() + 1 == line;
        painter.setPen(m_theme.color(isHere ? Role::Text : Role::Muted));
        painter.drawText(QRectF(0, place.top(), area.width() - kPadding, fontMetrics().height()), Qt::AlignRight, QString::number(line));
        const auto worst = std::ranges::find_if(m_findings, [line](const model::Finding& each) { return each.line == line; });
        if (worst != m_findings.end()) {
            paintGlyph(painter, QRectF(kPadding, place.top() + (fontMetrics().height() - kMark) / 2.0, kMark, kMark),
                       worst->severity == model::Severity::Error ? Glyph::Bad : Glyph::Warn, m_theme, Role::Alt);
        }
    }
}

QPoint YamlEdit::markPos(int line) const {
    const QTextBlock block = document()->findBlockByNumber(line - 1);
    const QRectF place = blockBoundingGeometry(block).translated(contentOffset());
    return m_gutter->mapTo(this, QPoint(kPadding + kMark / 2, qRound(place.top()) + fontMetrics().height() / 2));
}

QString YamlEdit::findingsAt(const QPoint& viewportPos) const {
    return textOf(cursorForPosition({std::max(0, viewportPos.x()), viewportPos.y()}).blockNumber() + 1);
}

QString YamlEdit::textOf(int line) const {
    QStringList sentences;
    for (const model::Finding& finding : m_findings) {
        if (finding.line == line) {
            sentences.append(finding.hint.isEmpty() ? finding.message : finding.message + QLatin1Char('\n') + finding.hint);
        }
    }
    return sentences.join(QLatin1Char('\n'));
}

bool YamlEdit::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore(); // The window's: canvas and text are undone in the order in which they were done.
            return true;
        }
    }
    return QPlainTextEdit::event(event);
}

bool YamlEdit::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), findingsAt(help->pos()), viewport());
        return true;
    }
    return QPlainTextEdit::viewportEvent(event);
}

void YamlEdit::keyPressEvent(QKeyEvent* event) {
    if (isReadOnly() || event->modifiers() != Qt::NoModifier) {
        return QPlainTextEdit::keyPressEvent(event);
    }
    if (event->key() == Qt::Key_Tab) { // YAML knows no tabs.
        textCursor().insertText(QStringLiteral("  "));
    } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        const QString line = textCursor().block().text().left(textCursor().positionInBlock());
        const auto text = std::ranges::find_if(line, [](QChar c) { return c != QLatin1Char(' '); });
        textCursor().insertText(QLatin1Char('\n') + QString(text - line.begin(), QLatin1Char(' ')));
        ensureCursorVisible();
    } else {
        QPlainTextEdit::keyPressEvent(event);
    }
}

} // namespace podleaf::ui
