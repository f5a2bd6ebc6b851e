// SPDX-License-Identifier: GPL-3.0-or-later
// PlotStack: sessions, prefixes, rates, CPU and convergence as plots above each other, over one time axis, with events as
// vertical ticks. The only user of QCustomPlot. GUI thread.
#pragma once

#include "series_store.h"

#include <ui/theme/theme.h>

#include <QWidget>

#include <array>
#include <memory>

namespace podleaf::ui {

enum class PlotKind { Sessions, Prefixes, Rates, Cpu, Convergence };
/// From above.
inline constexpr std::array kPlots{PlotKind::Sessions, PlotKind::Prefixes, PlotKind::Rates, PlotKind::Cpu, PlotKind::Convergence};

class PlotStack final : public QWidget {
    Q_OBJECT

public:
    /// `theme` must outlive it.
    explicit PlotStack(const Theme& theme, QWidget* parent = nullptr);
    ~PlotStack() override;

    [[nodiscard]] static QString titleOf(PlotKind plot);
    /// Those that are left have its room.
    void setShown(PlotKind plot, bool shown);
    /// Draws everything again, as seen at `nowS` (Unix seconds).
    void draw(const SeriesStore& store, double nowS);
    /// The axis ends now and shows so many seconds; a drag or the wheel ends that.
    void follow(double spanS);
    [[nodiscard]] bool isFollowing() const;
    /// The seconds that are shown.
    [[nodiscard]] double shownSpanS() const;
    /// What the legends say: "leaf1 2"; "+ 8 more" where there is no room for all.
    [[nodiscard]] QStringList legend() const;
    /// The names of the plots that are shown, from above, each with what its values are: "Rates, bit/s".
    [[nodiscard]] QStringList titles() const;
    /// How high each of them is, in px; the stack scrolls rather than squash them.
    [[nodiscard]] QList<int> heights() const;
    /// The picture of all that are shown, twice as fine.
    [[nodiscard]] QByteArray png() const;
    [[nodiscard]] QByteArray svg() const;

Q_SIGNALS:
    void followingEnded();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace podleaf::ui
