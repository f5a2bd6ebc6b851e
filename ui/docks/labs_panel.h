// SPDX-License-Identifier: GPL-3.0-or-later
// LabsPanel: the lab that is open and the labs that come with Podleaf, with a filter. GUI thread.
#pragma once

#include "empty_state.h"

#include <ui/theme/glyphs.h>

#include <QLineEdit>
#include <QTreeWidget>
#include <QWidget>

#include <functional>
#include <vector>

namespace podleaf::ui {

/// A lab to choose: its name, what to open, how many nodes it has (0: unknown).
struct LabEntry {
    QString name;
    QString path;
    int nodes = 0;
    bool operator==(const LabEntry&) const = default;
};

/// The labs that run on this host now. It may take its time and is called on any thread.
using RunningLabs = std::function<std::vector<LabEntry>()>;

class LabsPanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the panel.
    explicit LabsPanel(const Theme& theme, QWidget* parent = nullptr);

    void setGallery(const std::vector<LabEntry>& labs);
    /// The open lab, shown under *My labs*; an empty name: none.
    void setOpenLab(const LabEntry& lab);
    /// The glyph beside the open lab.
    void setOpenState(Glyph glyph, const QString& word);
    void focusFilter();
    void refreshIcons();

Q_SIGNALS:
    void openRequested(const QString& path);

private:
    QTreeWidgetItem* addHeading(const QString& text);
    void applyFilter();

    const Theme& m_theme;
    QLineEdit* m_filter;
    QTreeWidget* m_tree;
    EmptyState* m_empty;
    QTreeWidgetItem* m_mine;
    QTreeWidgetItem* m_gallery;
    Glyph m_openGlyph = Glyph::None;
};

} // namespace podleaf::ui
