// SPDX-License-Identifier: GPL-3.0-or-later
// PalettePanel: what a lab is made of, to be dragged onto the canvas or, by click or Enter, added beside what is selected.
// GUI thread.
#pragma once

#include <core/model/lab.h>
#include <ui/theme/theme.h>

#include <QToolButton>
#include <QWidget>

#include <optional>
#include <vector>

class QGridLayout;
class QScrollArea;

namespace podleaf::ui {

/// One thing of the palette.
struct Tile {
    enum class What { Node, Link, Pod, Failure, Group, Note };
    What what = What::Node;
    model::NodeKind kind = model::NodeKind::Host; ///< Of a node.
    QString words;
    QString icon;
    QString toolTip;
};

/// A button that can be dragged out; tells where the pointer is meanwhile.
class TileButton final : public QToolButton {
    Q_OBJECT

public:
    using QToolButton::QToolButton;

Q_SIGNALS:
    void dragged(const QPoint& globalPos);
    void dropped(const QPoint& globalPos);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QPoint m_pressedAt;
    bool m_isDragged = false;
};

class PalettePanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive it.
    explicit PalettePanel(const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] TileButton* button(const QString& words) const;
    /// The nodes that can be added.
    [[nodiscard]] static std::vector<Tile> nodeTiles();
    /// In which all tiles are seen, in a width like this.
    [[nodiscard]] int heightFor(int width) const;
    /// Why nothing can be added; empty: it can.
    void setWhyNot(const QString& why);
    void refreshTheme();

Q_SIGNALS:
    void chosen(const podleaf::ui::Tile& tile);
    void dragged(const podleaf::ui::Tile& tile, const QPoint& globalPos);
    void dropped(const podleaf::ui::Tile& tile, const QPoint& globalPos);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] int columnsFor(int width) const;
    void arrange(int columns);

    const Theme& m_theme;
    QScrollArea* m_area;
    QGridLayout* m_grid;
    int m_columns = 0;
    std::vector<std::pair<Tile, TileButton*>> m_tiles;
};

} // namespace podleaf::ui
