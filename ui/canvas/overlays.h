// SPDX-License-Identifier: GPL-3.0-or-later
// The small widgets that lie over the canvas: legend, zoom control, the strip on top and the words
// where no lab is open. They show and emit; LabView places them. GUI thread.
#pragma once

#include "canvas_context.h"
#include "legend_entry.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace podleaf::ui {

/// A rounded card with a quiet border, in the theme's colours.
class OverlayCard : public QWidget {
    Q_OBJECT
public:
    explicit OverlayCard(QWidget* parent);
    virtual void setTheme(const Theme& theme);

protected:
    void paintEvent(QPaintEvent* event) override;
    void drawCard(QPainter& painter, const QRectF& box) const;
    [[nodiscard]] const Theme& theme() const { return m_theme; }

private:
    Theme m_theme;
};

/// What the marks on the canvas mean, in a row or two or, where there is no room for that, in a list.
class LegendOverlay final : public OverlayCard {
    Q_OBJECT
public:
    enum class Shape { Row, TwoRows, List };

    explicit LegendOverlay(QWidget* parent);
    using QWidget::show;
    /// `note` stands behind the marks. Returns whether anything changed.
    bool show(Legend entries, const QString& note);
    /// Not everything is seen; `why` is the tool tip. Empty: nothing lacks.
    void setPartial(const QString& why);
    void setShape(Shape shape);
    [[nodiscard]] QSize sizeIn(Shape shape) const;
    [[nodiscard]] QSize sizeHint() const override { return sizeIn(m_shape); }
    [[nodiscard]] bool isEmpty() const { return items().empty(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    /// A mark with its words, or the note.
    struct Item {
        LegendEntry entry;
        bool isNote = false;
    };
    [[nodiscard]] std::vector<Item> items() const;
    [[nodiscard]] double widthOf(const Item& item) const;
    /// How many of them stand in the first of two rows, so that the longer one is as short as can be.
    [[nodiscard]] std::size_t firstRow(const std::vector<Item>& items) const;
    [[nodiscard]] double rowWidth(const std::vector<Item>& items, std::size_t from, std::size_t end) const;
    void tell();

    Legend m_entries;
    QString m_note;
    bool m_isPartial = false;
    Shape m_shape = Shape::Row;
};

/// What is left of the legend where the canvas is too narrow for it: a button that unfolds it.
class LegendButton final : public OverlayCard {
    Q_OBJECT
public:
    explicit LegendButton(QWidget* parent);
    void setTheme(const Theme& theme) override;
    /// As the legend's.
    void setPartial(const QString& why);
    [[nodiscard]] bool isUnfolded() const;

Q_SIGNALS:
    void toggled();

private:
    void showIcon();

    QToolButton* m_button;
    bool m_isPartial = false;
};

class ZoomOverlay final : public OverlayCard {
    Q_OBJECT
public:
    explicit ZoomOverlay(QWidget* parent);
    void setTheme(const Theme& theme) override;
    void setPercent(double percent);

Q_SIGNALS:
    void zoomInClicked();
    void zoomOutClicked();
    void fitClicked();
    void actualSizeClicked();

private:
    QToolButton* m_out;
    QToolButton* m_percent;
    QToolButton* m_in;
    QToolButton* m_fit;
};

/// "This lab is not running." and a button.
class StripOverlay final : public OverlayCard {
    Q_OBJECT
public:
    explicit StripOverlay(QWidget* parent);
    void setTheme(const Theme& theme) override;
    /// The card without its button, in the middle of where it is; for a picture.
    void drawWords(QPainter& painter);
    /// While `busy`, the button is disabled and its tool tip says why.
    void setBusy(bool busy, const QString& why);

Q_SIGNALS:
    void upClicked();

private:
    QLabel* m_glyph;
    QLabel* m_words;
    QPushButton* m_up;
};

/// One sentence on top of the canvas, with a glyph and a way to close it.
class NoteOverlay final : public OverlayCard {
    Q_OBJECT
public:
    explicit NoteOverlay(QWidget* parent);
    void setTheme(const Theme& theme) override;
    void say(Glyph glyph, const QString& sentence);
    [[nodiscard]] QString sentence() const { return m_sentence; }
    /// As wide as the sentence needs, `width` at most.
    void fitInto(int width);

Q_SIGNALS:
    void closeClicked();

private:
    QString m_sentence;
    Glyph m_glyphNow = Glyph::None;
    QLabel* m_glyph;
    QLabel* m_words;
    QToolButton* m_close;
};

/// "No lab is open." with two ways on.
class EmptyOverlay final : public QWidget {
    Q_OBJECT
public:
    explicit EmptyOverlay(QWidget* parent);
    void setTheme(const Theme& theme);

Q_SIGNALS:
    void openClicked();
    void tutorialClicked();

private:
    QLabel* m_words;
    QPushButton* m_open;
    QPushButton* m_tutorial;
};

} // namespace podleaf::ui
