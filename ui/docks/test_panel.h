// SPDX-License-Identifier: GPL-3.0-or-later
// TestPanel: the one-click test: its sentence, the matrix of sources and targets, and what else is not
// as intended. GUI thread.
#pragma once

#include "empty_state.h"

#include <core/session/lab_session.h>
#include <ui/models/test_matrix.h>
#include <ui/theme/theme.h>

#include <QLabel>
#include <QPushButton>
#include <QTreeView>
#include <QWidget>

namespace podleaf::ui {

class FaultBox;
class MismatchTable;

class TestPanel final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the panel.
    explicit TestPanel(const Theme& theme, QWidget* parent = nullptr);
    ~TestPanel() override;

    void setLegs(const model::Lab& lab, const std::vector<intent::Leg>& legs);
    void begin();
    void addResult(const verify::LegResult& leg);
    /// A leg that the store tells of: what a verification found is a result as well. A test that was begun tells its legs
    /// itself, in the end with more of the reason.
    void addSeen(const verify::LegResult& leg);
    void end(const std::optional<verify::TestReport>& report, const std::optional<Error>& error);

    [[nodiscard]] TestMatrix& matrix() { return *m_matrix; }
    [[nodiscard]] QString sentence() const { return m_sentence->text(); }
    /// As intended or not, for the dock's tab; None before the first test.
    [[nodiscard]] Glyph glyph() const { return m_glyph; }

Q_SIGNALS:
    void testRequested();
    void glyphChanged();
    void legClicked(const podleaf::verify::LegResult& leg);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refresh();
    /// All of the width; what does not fit is scrolled to.
    void spreadColumns();

    const Theme& m_theme;
    TestMatrix* m_matrix;
    MismatchTable* m_mismatches;
    QLabel* m_title;
    QLabel* m_mark;
    QLabel* m_sentence;
    QPushButton* m_again;
    QWidget* m_head;
    FaultBox* m_fault;
    QTreeView* m_view;
    QTreeView* m_list;
    EmptyState* m_empty;
    Glyph m_glyph = Glyph::None;
    bool m_runs = false;
};

} // namespace podleaf::ui
