// SPDX-License-Identifier: GPL-3.0-or-later
// LensBar: the strip above the canvas: the active lens, those stacked on it, and Live, which freezes the
// views. GUI thread.
#pragma once

#include "lens_button.h"

#include <ui/canvas/lab_view.h>
#include <ui/theme/theme.h>

#include <QString>
#include <QWidget>

#include <chrono>
#include <map>
#include <set>

class QComboBox;
class QLabel;
class QToolButton;

namespace podleaf::ui {

class LensBar final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the bar.
    explicit LensBar(const Theme& theme, QWidget* parent = nullptr);

    /// Makes `lens` the active and only one; or, `stacked`, puts it on the active one (again: takes it away).
    void choose(Lens lens, bool stacked);
    /// Active or stacked.
    [[nodiscard]] bool isOn(Lens lens) const { return lens == m_active || m_stacked.contains(lens); }
    [[nodiscard]] Lens active() const { return m_active; }
    [[nodiscard]] LensButton* button(Lens lens) const { return m_buttons.at(lens); }
    void showFrozen(bool frozen, int eventsBehind);
    /// Chooses the entry of that time, or the first; zero: never.
    void setFadeAfter(std::chrono::seconds time);
    void refreshTheme();
    /// Without what gives way where there is no room: the title, and the choice of how long flows fade.
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void lensChanged(podleaf::ui::Lens lens, bool on);
    void activeChanged(podleaf::ui::Lens lens);
    void freezeRequested(bool frozen);
    void fadeAfterChanged(std::chrono::seconds time);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeFade();
    void placeParts();
    LensButton* addLens(Lens lens, int key, const QString& text, const QString& toolTip);
    void showUse();

    const Theme& m_theme;
    std::map<Lens, LensButton*> m_buttons;
    Lens m_active = Lens::Flows;
    std::set<Lens> m_stacked{Lens::Bgp};
    QLabel* m_title;
    QWidget* m_fade; ///< A label and the choice; seen with the Flows lens.
    QComboBox* m_fadeAfter;
    QToolButton* m_live;
    QString m_frozenAt;
};

} // namespace podleaf::ui
