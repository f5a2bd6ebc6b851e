// SPDX-License-Identifier: GPL-3.0-or-later
// PlotStack: see the header. QCustomPlot's header is written with Qt's keywords, which are off in this tree.
#include "plot_stack.h"

#include <ui/canvas/traffic_layer.h>
#include <ui/models/words.h>

#include <QBuffer>
#include <QScrollArea>
#include <QSvgGenerator>
#include <QVBoxLayout>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach(variable, container) for (variable : container) // NOLINT(bugprone-macro-parentheses): a declaration
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <span>

namespace podleaf::ui {

namespace {

constexpr int kGap = 4;
constexpr double kHeadroom = 1.15;   ///< Above the highest value.
constexpr double kLeastPercent = 10; ///< An idle lab's CPU stays near the ground.
constexpr QSize kLegendIcon{20, 10};
constexpr QSize kAxisRoom{80, 24}; ///< What axes and their figures take of a plot.
constexpr int kLeastHeight = 92;   ///< Of a plot, at font scale 1; less is no picture of anything.

/// Lines are told apart by dash and colour.
QPen penOf(std::size_t index, const Theme& theme) {
    static constexpr std::array kRoles{Role::Accent, Role::Ok, Role::Warn, Role::Traffic, Role::Bad, Role::Off};
    static constexpr std::array kDashes{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine, Qt::DashDotDotLine};
    QPen pen(theme.color(kRoles[index % kRoles.size()]), 1.5, kDashes[index % kDashes.size()]);
    pen.setCosmetic(true);
    return pen;
}

enum class Shape { Steps, Points };

/// "12k" beside the axis of bits a second.
class RateTicker final : public QCPAxisTicker {
    QString getTickLabel(double tick, const QLocale& /*locale*/, QChar /*format*/, int /*precision*/) override {
        return rateWords(tick).remove(QStringLiteral("bit/s")).remove(QLatin1Char(' '));
    }
};

/// What a legend says of a series: its name with its last value.
QString legendOf(PlotKind plot, const Series& series) {
    if (series.samples.empty()) {
        return series.name;
    }
    const double last = series.samples.back().value;
    const QString words = plot == PlotKind::Rates ? rateWords(last) : plot == PlotKind::Cpu ? cpuWords(last / 100) : QString::number(last);
    return series.name + QLatin1Char(' ') + words;
}

const std::vector<Series>& seriesOf(PlotKind plot, const SeriesStore& store) {
    switch (plot) {
    case PlotKind::Sessions:
        return store.sessions();
    case PlotKind::Prefixes:
        return store.prefixes();
    case PlotKind::Rates:
        return store.rates();
    case PlotKind::Cpu:
        return store.cpu();
    case PlotKind::Convergence:
        break;
    }
    return store.convergence();
}

} // namespace

class PlotStack::Private {
public:
    struct Plot {
        PlotKind kind = PlotKind::Sessions;
        QCPAxisRect* rect = nullptr;
        QCPLegend* legend = nullptr;
        QString title; ///< Its name and what its values are, before its legend.
        std::vector<QCPGraph*> graphs;
        QStringList words; ///< Of its legend, without the title.
        bool isShown = true;
        [[nodiscard]] Shape shape() const { return kind == PlotKind::Convergence ? Shape::Points : Shape::Steps; }
    };
    Private(PlotStack& owner, const Theme& look) : theme(look), area(new QScrollArea(&owner)), canvas(new QCustomPlot) {}

    void addPlot(PlotKind kind, const QString& title);
    void arrange();
    void dress();
    void fill(Plot& plot, const std::vector<Series>& all, double nowS);
    void fillLegend(Plot& plot, const std::vector<Series>& all);
    [[nodiscard]] int shownCount() const { return std::max(1, static_cast<int>(std::ranges::count_if(plots, &Plot::isShown))); }
    [[nodiscard]] int plotHeight() const;
    void fillTicks(const std::deque<Tick>& all);
    void shareRange(const QCPAxis* from, const QCPRange& range);

    const Theme& theme;
    QScrollArea* area;
    QCustomPlot* canvas;
    std::vector<Plot> plots;
    std::vector<QCPItemStraightLine*> ticks;
    double spanS = 300;
    bool following = true;
    bool sharing = false;
};

void PlotStack::Private::addPlot(PlotKind kind, const QString& title) {
    auto* rect = new QCPAxisRect(canvas);
    canvas->plotLayout()->addElement(canvas->plotLayout()->rowCount(), 0, rect);
    rect->setMinimumMargins({0, kGap, 2 * kGap, kGap});
    rect->setMinimumSize(0, 0);
    rect->setRangeDrag(Qt::Horizontal);
    rect->setRangeZoom(Qt::Horizontal);
    auto ticker = QSharedPointer<QCPAxisTickerDateTime>::create();
    ticker->setDateTimeFormat(QStringLiteral("HH:mm:ss"));
    rect->axis(QCPAxis::atBottom)->setTicker(ticker);
    auto whole = kind == PlotKind::Rates ? QSharedPointer<QCPAxisTicker>(new RateTicker) : QSharedPointer<QCPAxisTicker>::create();
    whole->setTickCount(2);
    rect->axis(QCPAxis::atLeft)->setTicker(whole);
    auto* legend = new QCPLegend;
    legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
    legend->setIconSize(kLegendIcon);
    legend->setRowSpacing(0);
    legend->setMargins({kGap, 0, kGap, 0});
    rect->insetLayout()->addElement(legend, Qt::AlignTop | Qt::AlignLeft);
    legend->setLayer(QStringLiteral("legend"));
    for (QCPAxis* axis : rect->axes()) {
        axis->setLayer(QStringLiteral("axes"));
        axis->grid()->setLayer(QStringLiteral("grid"));
    }
    QObject::connect(rect->axis(QCPAxis::atBottom), qOverload<const QCPRange&>(&QCPAxis::rangeChanged), canvas,
                     [this, axis = rect->axis(QCPAxis::atBottom)](const QCPRange& range) { shareRange(axis, range); });
    plots.push_back({.kind = kind, .rect = rect, .legend = legend, .title = title, .graphs = {}, .words = {}});
}

/// Those that are shown fill the height, in their order, or more than it, where they would be too low. The others keep their axes, so that
/// they follow the time.
void PlotStack::Private::arrange() {
    for (Plot& plot : plots) {
        if (plot.rect->layout() != nullptr) {
            canvas->plotLayout()->take(plot.rect);
        }
        plot.legend->setVisible(plot.isShown);
        for (QCPAxis* axis : plot.rect->axes(QCPAxis::atLeft | QCPAxis::atBottom)) {
            axis->setVisible(plot.isShown);
            axis->grid()->setVisible(plot.isShown);
        }
    }
    canvas->plotLayout()->simplify();
    for (const Plot& plot : plots) {
        if (plot.isShown) {
            canvas->plotLayout()->addElement(canvas->plotLayout()->rowCount(), 0, plot.rect);
        }
    }
    canvas->setMinimumHeight(shownCount() * qRound(kLeastHeight * theme.fontScale()));
}

/// One time axis for all.
void PlotStack::Private::shareRange(const QCPAxis* from, const QCPRange& range) {
    if (sharing) {
        return;
    }
    sharing = true;
    for (const Plot& plot : plots) {
        if (plot.rect->axis(QCPAxis::atBottom) != from) {
            plot.rect->axis(QCPAxis::atBottom)->setRange(range);
        }
    }
    sharing = false;
}

void PlotStack::Private::dress() {
    canvas->setBackground(theme.color(Role::Base));
    const QFont small = theme.font(FontRole::Caption);
    const auto shown = std::ranges::find_if(plots.rbegin(), plots.rend(), &Plot::isShown);
    const QCPAxisRect* lowest = shown == plots.rend() ? nullptr : shown->rect;
    const bool scrolls = canvas->height() > area->viewport()->height(); // The lowest one's figures may be out of sight.
    for (const Plot& plot : plots) {
        const bool last = plot.rect == lowest;
        for (QCPAxis* axis : plot.rect->axes()) {
            axis->setBasePen(theme.color(Role::Border));
            axis->setTickPen(theme.color(Role::Border));
            axis->setSubTickPen(Qt::NoPen);
            axis->setTickLabelColor(theme.color(Role::Muted));
            axis->setTickLabelFont(small);
            axis->grid()->setPen(QPen(theme.color(Role::Border), 0, Qt::DotLine));
            axis->grid()->setZeroLinePen(Qt::NoPen);
        }
        plot.rect->axis(QCPAxis::atBottom)->setTickLabels(last || scrolls);
        plot.legend->setBrush(Qt::NoBrush);
        plot.legend->setBorderPen(Qt::NoPen);
        plot.legend->setFont(small);
        plot.legend->setTextColor(theme.color(Role::Text));
    }
}

/// Of each of those that are shown, about.
int PlotStack::Private::plotHeight() const {
    return canvas->height() / shownCount() - kAxisRoom.height();
}

/// The plot's name, then as many series as there is room for, those with the highest values first; then, how many are
/// not named.
void PlotStack::Private::fillLegend(Plot& plot, const std::vector<Series>& all) {
    plot.words.clear();
    if (!plot.isShown) {
        return;
    }
    const QFont font = theme.font(FontRole::Caption);
    const QFontMetrics metrics(font);
    QFont strong = font;
    strong.setBold(true);
    const auto write = [&](const QString& words, Role role, const QFont& in) {
        auto* text = new QCPTextElement(canvas, words, in);
        text->setMargins({});
        text->setTextColor(theme.color(role));
        text->setTextFlags(Qt::AlignLeft | Qt::AlignVCenter);
        text->setLayer(QStringLiteral("legend"));
        plot.legend->addElement(text);
    };
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::ranges::stable_sort(order, std::greater(),
                             [&all](std::size_t i) { return all[i].samples.empty() ? 0 : all[i].samples.back().value; });
    int widest = QFontMetrics(strong).horizontalAdvance(plot.title) - kLegendIcon.width() - plot.legend->iconTextPadding();
    for (const Series& series : all) {
        widest = std::max(widest, metrics.horizontalAdvance(legendOf(plot.kind, series)));
    }
    const int column = kLegendIcon.width() + plot.legend->iconTextPadding() + widest + plot.legend->columnSpacing();
    const int columns = std::max(2, (canvas->width() - kAxisRoom.width()) / column);
    const int rows = std::max(1, plotHeight() / 2 / std::max(metrics.height(), kLegendIcon.height())); // The rest is the lines'.
    const auto room = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns) - 1;          // One is the plot's name.
    const std::size_t named = all.size() <= room ? all.size() : room - 1;
    plot.legend->setWrap(columns);
    write(plot.title, Role::Text, strong);
    for (const std::size_t i : std::span(order).first(named)) {
        plot.legend->addItem(new QCPPlottableLegendItem(plot.legend, plot.graphs[i]));
        plot.words += plot.graphs[i]->name();
    }
    if (named < all.size()) {
        plot.words += tr("+ %1 more").arg(all.size() - named);
        write(plot.words.constLast(), Role::Muted, font);
    }
}

void PlotStack::Private::fill(Plot& plot, const std::vector<Series>& all, double nowS) {
    plot.legend->clear(); // It names graphs that may go.
    plot.legend->simplify();
    while (plot.graphs.size() > all.size()) {
        canvas->removeGraph(plot.graphs.back());
        plot.graphs.pop_back();
    }
    while (plot.graphs.size() < all.size()) {
        plot.graphs.push_back(canvas->addGraph(plot.rect->axis(QCPAxis::atBottom), plot.rect->axis(QCPAxis::atLeft)));
    }
    double highest = plot.kind == PlotKind::Cpu ? kLeastPercent : 1;
    for (std::size_t i = 0; i < all.size(); ++i) {
        QCPGraph& graph = *plot.graphs[i];
        const std::deque<Sample>& samples = all[i].samples;
        QVector<double> times;
        QVector<double> values;
        for (const Sample& sample : samples) {
            times.append(sample.atS);
            values.append(sample.value);
            highest = std::max(highest, sample.value);
        }
        if (plot.shape() == Shape::Steps && !samples.empty()) { // What has not changed still holds.
            times.append(std::max(nowS, samples.back().atS));
            values.append(samples.back().value);
        }
        graph.setData(times, values, true);
        graph.setLineStyle(plot.shape() == Shape::Steps ? QCPGraph::lsStepLeft : QCPGraph::lsNone);
        graph.setPen(penOf(i, theme));
        graph.setScatterStyle(
            plot.shape() == Shape::Points
                ? QCPScatterStyle(static_cast<QCPScatterStyle::ScatterShape>(QCPScatterStyle::ssCircle + static_cast<int>(i)), 7)
                : QCPScatterStyle());
        graph.setName(legendOf(plot.kind, all[i]));
    }
    QCPAxis* axis = plot.rect->axis(QCPAxis::atLeft);
    axis->setRange(0, highest * kHeadroom);
    fillLegend(plot, all);
}

void PlotStack::Private::fillTicks(const std::deque<Tick>& all) {
    for (QCPItemStraightLine* line : std::exchange(ticks, {})) {
        canvas->removeItem(line);
    }
    const QCPRange range = plots.front().rect->axis(QCPAxis::atBottom)->range();
    for (const Tick& tick : all) {
        if (!range.contains(tick.atS)) {
            continue;
        }
        for (const Plot& plot : plots) {
            if (!plot.isShown) {
                continue;
            }
            auto* line = new QCPItemStraightLine(canvas);
            line->setClipAxisRect(plot.rect);
            line->setPen(QPen(theme.color(tick.bad ? Role::Bad : Role::Edge), 0, Qt::DotLine));
            for (QCPItemPosition* end : {line->point1, line->point2}) {
                end->setTypeX(QCPItemPosition::ptPlotCoords);
                end->setTypeY(QCPItemPosition::ptAxisRectRatio);
                end->setAxes(plot.rect->axis(QCPAxis::atBottom), plot.rect->axis(QCPAxis::atLeft));
                end->setAxisRect(plot.rect);
                end->setCoords(tick.atS, end == line->point1 ? 0 : 1);
            }
            ticks.push_back(line);
        }
    }
}

PlotStack::PlotStack(const Theme& theme, QWidget* parent) : QWidget(parent), d(std::make_unique<Private>(*this, theme)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    d->area->setWidgetResizable(true);
    d->area->setFrameShape(QFrame::NoFrame);
    d->area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // It is as wide as there is room.
    d->area->setWidget(d->canvas);
    layout->addWidget(d->area);
    d->canvas->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    d->canvas->setNoAntialiasingOnDrag(true);
    d->canvas->setAutoAddPlottableToLegend(false);
    d->canvas->plotLayout()->clear();
    d->canvas->plotLayout()->setRowSpacing(0);
    d->canvas->setObjectName(QStringLiteral("plots"));
    for (QWidget* each : {static_cast<QWidget*>(d->area), static_cast<QWidget*>(d->canvas)}) {
        each->setAccessibleName(tr("Sessions, prefixes, rates, CPU and convergence over time"));
    }
    for (const PlotKind kind : kPlots) {
        d->addPlot(kind, kind == PlotKind::Convergence ? tr("Convergence, ms")
                         : kind == PlotKind::Rates     ? tr("Rates, bit/s")
                         : kind == PlotKind::Cpu       ? tr("CPU, %")
                                                       : titleOf(kind));
    }
    d->arrange();
    auto* margins = new QCPMarginGroup(d->canvas);
    for (const Private::Plot& plot : d->plots) {
        plot.rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
    }
    const auto byHand = [this] {
        d->following = false;
        Q_EMIT followingEnded();
    };
    connect(d->canvas, &QCustomPlot::mouseWheel, this, byHand);
    connect(d->canvas, &QCustomPlot::mouseMove, this, [byHand](const QMouseEvent* event) {
        if (event->buttons().testFlag(Qt::LeftButton)) {
            byHand();
        }
    });
}

PlotStack::~PlotStack() {
    for (Private::Plot& plot : d->plots) {
        plot.isShown = true;
    }
    d->arrange(); // QCustomPlot ends what is in its layout.
}

QString PlotStack::titleOf(PlotKind plot) {
    switch (plot) {
    case PlotKind::Sessions:
        return tr("Sessions");
    case PlotKind::Prefixes:
        return tr("Prefixes");
    case PlotKind::Rates:
        return tr("Rates");
    case PlotKind::Cpu:
        return tr("CPU");
    case PlotKind::Convergence:
        break;
    }
    return tr("Convergence");
}

void PlotStack::setShown(PlotKind plot, bool shown) {
    std::ranges::find(d->plots, plot, &Private::Plot::kind)->isShown = shown;
    d->arrange();
}

void PlotStack::draw(const SeriesStore& store, double nowS) {
    d->dress();
    if (d->following) {
        d->plots.front().rect->axis(QCPAxis::atBottom)->setRange(nowS - d->spanS, nowS);
    }
    for (Private::Plot& plot : d->plots) {
        d->fill(plot, plot.isShown ? seriesOf(plot.kind, store) : std::vector<Series>(), nowS);
    }
    d->fillTicks(store.ticks());
    d->canvas->replot(QCustomPlot::rpQueuedReplot);
}

void PlotStack::follow(double spanS) {
    d->spanS = spanS;
    d->following = true;
}

bool PlotStack::isFollowing() const {
    return d->following;
}

double PlotStack::shownSpanS() const {
    return d->plots.front().rect->axis(QCPAxis::atBottom)->range().size();
}

QStringList PlotStack::legend() const {
    QStringList names;
    for (const Private::Plot& plot : d->plots) {
        names += plot.words;
    }
    return names;
}

QStringList PlotStack::titles() const {
    QStringList names;
    for (const Private::Plot& plot : d->plots) {
        if (plot.isShown) {
            names += plot.title;
        }
    }
    return names;
}

QList<int> PlotStack::heights() const {
    QList<int> heights;
    for (const Private::Plot& plot : d->plots) {
        if (plot.isShown) {
            heights += plot.rect->outerRect().height();
        }
    }
    return heights;
}

QByteArray PlotStack::png() const {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    d->canvas->toPixmap(d->canvas->width(), d->canvas->height(), 2).save(&buffer, "PNG");
    return bytes;
}

QByteArray PlotStack::svg() const {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator svg;
    svg.setOutputDevice(&buffer);
    svg.setSize(d->canvas->size());
    svg.setViewBox(d->canvas->rect());
    QCPPainter painter(&svg);
    painter.setMode(QCPPainter::pmVectorized);
    d->canvas->toPainter(&painter, d->canvas->width(), d->canvas->height());
    painter.end();
    return bytes;
}

} // namespace podleaf::ui
