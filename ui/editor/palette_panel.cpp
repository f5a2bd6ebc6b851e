// SPDX-License-Identifier: GPL-3.0-or-later
// PalettePanel: see the header.
#include "palette_panel.h"

#include <core/model/node_kinds.h>
#include <ui/theme/glyphs.h>

#include <QApplication>
#include <QGridLayout>
#include <QMouseEvent>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace podleaf::ui {

namespace {

constexpr int kMostColumns = 3;
constexpr int kTileHeight = 44;
constexpr int kMargin = 6;
constexpr int kGap = 4;

std::vector<Tile> allTiles() {
    const auto node = [](model::NodeKind kind, const QString& words, const QString& icon) {
        return Tile{Tile::What::Node, kind, words, icon, model::infoOf(kind).description};
    };
    return {node(model::NodeKind::Spine, PalettePanel::tr("Spine"), QStringLiteral("leaf")),
            node(model::NodeKind::Leaf, PalettePanel::tr("Leaf"), QStringLiteral("leaf")),
            node(model::NodeKind::Router, PalettePanel::tr("Router"), QStringLiteral("leaf")),
            node(model::NodeKind::Host, PalettePanel::tr("Host"), QStringLiteral("host")),
            {Tile::What::Link,
             {},
             PalettePanel::tr("Link"),
             QStringLiteral("link"),
             PalettePanel::tr("A cable. Press on one node and let go on the other, or select two and press Ctrl+L.")},
            {Tile::What::Pod,
             {},
             PalettePanel::tr("Workload"),
             QStringLiteral("pod"),
             PalettePanel::tr("One more pod of the lab's workload, on the host where it is dropped.")},
            {Tile::What::Failure,
             {},
             PalettePanel::tr("Failure"),
             QStringLiteral("warning"),
             PalettePanel::tr("Breaks the node, cable or pod where it is dropped, or that is selected: choose how.")},
            {Tile::What::Group,
             {},
             PalettePanel::tr("Group"),
             QStringLiteral("group"),
             PalettePanel::tr("A frame with a name around the nodes that are selected.")},
            {Tile::What::Note,
             {},
             PalettePanel::tr("Note"),
             QStringLiteral("note"),
             PalettePanel::tr("A text on the canvas. Double click on it, or F2, to write it.")}};
}

} // namespace

void TileButton::mousePressEvent(QMouseEvent* event) {
    m_pressedAt = event->globalPosition().toPoint();
    m_isDragged = false;
    QToolButton::mousePressEvent(event);
}

void TileButton::mouseMoveEvent(QMouseEvent* event) {
    const QPoint at = event->globalPosition().toPoint();
    if (event->buttons().testFlag(Qt::LeftButton) &&
        (m_isDragged || (at - m_pressedAt).manhattanLength() >= QApplication::startDragDistance())) {
        m_isDragged = true;
        setDown(false);
        Q_EMIT dragged(at);
        return;
    }
    QToolButton::mouseMoveEvent(event);
}

void TileButton::mouseReleaseEvent(QMouseEvent* event) {
    if (m_isDragged) {
        m_isDragged = false;
        Q_EMIT dropped(event->globalPosition().toPoint());
        return;
    }
    QToolButton::mouseReleaseEvent(event);
}

void TileButton::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        return click();
    }
    QToolButton::keyPressEvent(event);
}

PalettePanel::PalettePanel(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    m_area = new QScrollArea(this);
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* page = new QWidget(m_area);
    page->setAutoFillBackground(true);
    page->setBackgroundRole(QPalette::Base);
    m_area->setWidget(page);
    m_grid = new QGridLayout(page);
    m_grid->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    m_grid->setSpacing(kGap);
    for (const Tile& tile : allTiles()) {
        auto* button = new TileButton(page);
        button->setText(tile.words);
        button->setFont(theme.font(FontRole::Caption));
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setIconSize({theme.scaled(16), theme.scaled(16)});
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        button->setMinimumHeight(qRound(kTileHeight * theme.fontScale()));
        button->setFocusPolicy(Qt::StrongFocus);
        button->setProperty("tile", true);
        connect(button, &QToolButton::clicked, this, [this, tile] { Q_EMIT chosen(tile); });
        connect(button, &TileButton::dragged, this, [this, tile](const QPoint& at) { Q_EMIT dragged(tile, at); });
        connect(button, &TileButton::dropped, this, [this, tile](const QPoint& at) { Q_EMIT dropped(tile, at); });
        m_tiles.emplace_back(tile, button);
    }
    m_grid->setRowStretch(static_cast<int>(m_tiles.size()), 1);
    arrange(kMostColumns);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_area);
    setWhyNot({});
    refreshTheme();
}

/// As many as leave room for all words; a column is as wide as its longest, at least.
int PalettePanel::columnsFor(int width) const {
    const auto roomOf = [this](int columns) {
        std::vector<int> widest(static_cast<std::size_t>(columns));
        for (std::size_t i = 0; i < m_tiles.size(); ++i) {
            int& column = widest[i % widest.size()];
            column = std::max(column, m_tiles[i].second->sizeHint().width());
        }
        return std::accumulate(widest.begin(), widest.end(), 2 * kMargin + (columns - 1) * kGap);
    };
    int columns = kMostColumns;
    while (columns > 1 && roomOf(columns) > width) {
        --columns;
    }
    return columns;
}

int PalettePanel::heightFor(int width) const {
    const int columns = columnsFor(width);
    const int rows = (static_cast<int>(m_tiles.size()) + columns - 1) / columns;
    int highest = 0;
    for (const auto& [tile, button] : m_tiles) {
        highest = std::max({highest, button->minimumHeight(), button->sizeHint().height()});
    }
    return 2 * kMargin + rows * (highest + kGap) - kGap;
}

void PalettePanel::arrange(int columns) {
    if (columns == m_columns) {
        return;
    }
    m_columns = columns;
    for (int i = 0; i < static_cast<int>(m_tiles.size()); ++i) {
        m_grid->addWidget(m_tiles[static_cast<std::size_t>(i)].second, i / columns, i % columns); // Out of where it was.
    }
    for (int column = 0; column < kMostColumns; ++column) {
        m_grid->setColumnStretch(column, column < columns ? 1 : 0);
    }
}

void PalettePanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const int bar = heightFor(width()) > height() ? m_area->verticalScrollBar()->sizeHint().width() : 0;
    arrange(columnsFor(width() - bar));
}

TileButton* PalettePanel::button(const QString& words) const {
    const auto it = std::ranges::find_if(m_tiles, [&words](const auto& each) { return each.first.words == words; });
    return it == m_tiles.end() ? nullptr : it->second;
}

std::vector<Tile> PalettePanel::nodeTiles() {
    std::vector<Tile> tiles = allTiles();
    std::erase_if(tiles, [](const Tile& tile) { return tile.what != Tile::What::Node; });
    return tiles;
}

void PalettePanel::setWhyNot(const QString& why) {
    for (const auto& [tile, button] : m_tiles) {
        button->setEnabled(why.isEmpty());
        button->setToolTip(why.isEmpty() ? tile.toolTip : why);
    }
}

void PalettePanel::refreshTheme() {
    for (const auto& [tile, button] : m_tiles) {
        button->setIcon(icon(tile.icon, m_theme));
    }
}

} // namespace podleaf::ui
