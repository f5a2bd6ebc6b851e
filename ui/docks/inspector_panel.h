// SPDX-License-Identifier: GPL-3.0-or-later
// InspectorPanel: everything about the selected node, cable or pod. GUI thread.
#pragma once

#include <ui/models/inspector_content.h>
#include <ui/theme/theme.h>

#include <QLabel>
#include <QScrollArea>
#include <QWidget>

#include <vector>

class QTabBar;
class QVBoxLayout;

namespace podleaf::ui {

class BootBar;
class ElidedLabel;
class EmptyState;
class FaultBox;
class InspectorSectionView;

class InspectorPanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the panel.
    explicit InspectorPanel(const Theme& theme, QWidget* parent = nullptr);

    void show(const InspectorContent& content);
    /// A second page, "Settings", beside what is observed. Takes the widget.
    void setForm(QWidget* form);
    /// True: the settings are in front. Where there is nothing to observe they are in any case.
    void showForm(bool inFront);
    /// Colours are in pixmaps and label fonts; drawn again after a change of theme.
    void refreshTheme();
    [[nodiscard]] const InspectorContent& content() const { return m_content; }
    /// Stands below what is shown, whatever that is.
    void setFoot(QWidget* foot);
    using QWidget::show;

private:
    [[nodiscard]] static bool hasSameShape(const InspectorContent& a, const InspectorContent& b);
    void rebuildSections();
    void fill();
    void showPage();

    const Theme& m_theme;
    InspectorContent m_content;
    QLabel* m_icon;
    ElidedLabel* m_title;
    QLabel* m_glyph;
    ElidedLabel* m_word;
    QLabel* m_second;
    FaultBox* m_fault;
    BootBar* m_boot;
    QTabBar* m_tabs;
    QWidget* m_form = nullptr;
    QWidget* m_sections;
    QVBoxLayout* m_sectionsLayout;
    QVBoxLayout* m_page = nullptr;
    EmptyState* m_empty;
    std::vector<InspectorSectionView*> m_views; ///< One for each section.
};

} // namespace podleaf::ui
