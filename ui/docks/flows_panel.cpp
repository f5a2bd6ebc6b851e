// SPDX-License-Identifier: GPL-3.0-or-later
// FlowsPanel: see the header.
#include "flows_panel.h"

#include "table_panel.h"

#include <ui/theme/glyphs.h>

#include <QAbstractProxyModel>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace podleaf::ui {

namespace {
/// What a verdict's button puts before the words of the filter.
constexpr const char* kWords[] = {"", "verdict:allowed", "verdict:answered", "verdict:wanted", "verdict:changed"};
} // namespace

FlowsPanel::FlowsPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_flows(new FlowTable(this)), m_table(new TablePanel(m_flows, theme, this)) {
    m_table->setEmptySentence(tr("No connection seen yet. Test nginx makes some."));
    m_table->setFilterHint(tr("word, pod: ip: port: policy: verdict: node:"));
    m_table->setFollowsTail(true);
    m_table->setColumnWidths({104, 122, 110, 190, 70, 60});
    auto* verdicts = new QWidget(this);
    auto* row = new QHBoxLayout(verdicts);
    for (const char* words : kWords) {
        auto* button = new QPushButton(verdicts);
        button->setCheckable(true);
        button->setAutoExclusive(true);
        connect(button, &QPushButton::clicked, this, [this, words] { m_table->setFixedWords(QString::fromLatin1(words)); });
        row->addWidget(button);
        m_buttons.push_back(button);
    }
    m_buttons.front()->setChecked(true);
    row->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_table, 1);
    m_table->setTools(verdicts);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    QTreeView* view = m_table->view();
    connect(view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this, view](const QModelIndex& flow) {
        if (view->hasFocus()) { // Else nobody has moved: rows came and went.
            choose(flow);
        }
    });
    connect(view, &QTreeView::clicked, this, &FlowsPanel::choose); // The row that is current already, too.
    connect(view, &QTreeView::activated, this, &FlowsPanel::choose);
    refresh();
}

void FlowsPanel::choose(const QModelIndex& row) {
    if (row.isValid()) {
        Q_EMIT flowChosen(m_flows->flowOf(qobject_cast<const QAbstractProxyModel*>(row.model())->mapToSource(row).row()));
    }
}

void FlowsPanel::add(const verify::LegResult& leg, qint64 atMs) {
    m_flows->add(leg, atMs);
    refresh();
}

void FlowsPanel::clear() {
    m_flows->clear();
    refresh();
}

void FlowsPanel::refresh() {
    const FlowCounts& counts = m_flows->counts();
    const std::tuple<QString, int, Glyph> looks[] = {{tr("All %L1"), counts.all, Glyph::None},
                                                     {tr("Allowed %L1"), counts.allowed, Glyph::Ok},
                                                     {tr("Not answered %L1"), counts.notAnswered, Glyph::Bad},
                                                     {tr("Not as wanted %L1"), counts.notAsWanted, Glyph::Bad},
                                                     {tr("Changed %L1"), counts.changed, Glyph::Changed}};
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        const auto& [text, count, glyph] = looks[i];
        m_buttons[i]->setText(text.arg(count));
        m_buttons[i]->setIcon(glyph == Glyph::None ? QIcon() : glyphIcon(glyph, m_theme));
    }
}

} // namespace podleaf::ui
