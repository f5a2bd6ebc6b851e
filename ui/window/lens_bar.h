// SPDX-License-Identifier: GPL-3.0-or-later
// LensBar: the strip above the canvas: which lens is on, and Live, which freezes the views. GUI thread.
#pragma once

#include <ui/canvas/lab_view.h>
#include <ui/theme/theme.h>

#include <QString>
#include <QWidget>

#include <map>

class QToolButton;

namespace podleaf::ui {

class LensBar final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive the bar.
    explicit LensBar(const Theme& theme, QWidget* parent = nullptr);

    /// One active lens; `stacked` adds it to the others (or takes it away) instead.
    void choose(Lens lens, bool stacked);
    [[nodiscard]] bool isOn(Lens lens) const;
    void showFrozen(bool frozen, int eventsBehind);
    void refreshTheme();

Q_SIGNALS:
    void lensChanged(podleaf::ui::Lens lens, bool on);
    void freezeRequested(bool frozen);

private:
    QToolButton* addLens(Lens lens, const QString& text, const QString& toolTip);
    void setOn(Lens lens, bool on);

    const Theme& m_theme;
    std::map<Lens, QToolButton*> m_buttons;
    QToolButton* m_live;
    QString m_frozenAt;
};

} // namespace podleaf::ui
