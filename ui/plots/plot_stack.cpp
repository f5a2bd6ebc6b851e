// SPDX-License-Identifier: GPL-3.0-or-later
// PlotStack: see the header. QCustomPlot's header is written with Qt's keywords, which are off in this tree.
#include "plot_stack.h"

#include <QSvgGenerator>
#include <QVBoxLayout>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach(variable, container) for (variable : container)
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach

#include <array>

namespace podleaf::ui {

namespace {

constexpr double kHeadroom = 1.15; ///< Above the highest value.

/// Lines are told apart by dash and colour.
QPen penOf(std::size_t index, const Theme& theme) {
    static constexpr std::array kRoles{Role::Accent, Role::Ok, Role::Warn, Role::Traffic, Role::Bad, Role::Off};
    static constexpr std::array kDashes{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine, Qt::DashDotDotLine};
    QPen pen(theme.color(kRoles[index % kRoles.size()]), 1.5, kDashes[index % kDashes.size()]);
    pen.setCosmetic(true);
    return pen;
}

enum class Shape { Steps, Points };

} // namespace

class PlotStack::Private {
public:
    struct Plot {
        QCPAxisRect* rect = nullptr;
        QCPLegend* legend = nullptr;
        Shape shape = Shape::Steps;
        std::vector<QCPGraph*> graphs;
    };
    Private(PlotStack& owner, const Theme& look) : theme(look), canvas(new QCustomPlot(&owner)) {}

    void addPlot(const QString& title, Shape shape);
    void dress();
    void fill(Plot& plot, const std::vector<Series>& all, double nowS);
    void fillTicks(const std::deque<Tick>& all);
    void shareRange(const QCPAxis* from, const QCPRange& range);

    const Theme& theme;
    QCustomPlot* canvas;
    std::vector<Plot> plots;
    std::vector<QCPItemStraightLine*> ticks;
    double spanS = 300;
    bool following = true;
    bool sharing = false;
};

void PlotStack::Private::addPlot(const QString& title, Shape shape) {
    auto* rect = new QCPAxisRect(canvas);
    canvas->plotLayout()->addElement(canvas->plotLayout()->rowCount(), 0, rect);
    rect->setAutoMargins(QCP::msLeft | QCP::msRight | QCP::msBottom | QCP::msTop);
    rect->setRangeDrag(Qt::Horizontal);
    rect->setRangeZoom(Qt::Horizontal);
    rect->axis(QCPAxis::atLeft)->setLabel(title);
    auto ticker = QSharedPointer<QCPAxisTickerDateTime>::create();
    ticker->setDateTimeFormat(QStringLiteral("HH:mm:ss"));
    rect->axis(QCPAxis::atBottom)->setTicker(ticker);
    auto whole = QSharedPointer<QCPAxisTicker>::create();
    whole->setTickCount(3);
    rect->axis(QCPAxis::atLeft)->setTicker(whole);
    auto* legend = new QCPLegend;
    legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
    legend->setWrap(8);
    rect->insetLayout()->addElement(legend, Qt::AlignTop | Qt::AlignLeft);
    legend->setLayer(QStringLiteral("legend"));
    for (QCPAxis* axis : rect->axes()) {
        axis->setLayer(QStringLiteral("axes"));
        axis->grid()->setLayer(QStringLiteral("grid"));
    }
    QObject::connect(rect->axis(QCPAxis::atBottom), qOverload<const QCPRange&>(&QCPAxis::rangeChanged), canvas,
                     [this, axis = rect->axis(QCPAxis::atBottom)](const QCPRange& range) { shareRange(axis, range); });
    plots.push_back({rect, legend, shape, {}});
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
    for (const Plot& plot : plots) {
        const bool last = plot.rect == plots.back().rect;
        for (QCPAxis* axis : plot.rect->axes()) {
            axis->setBasePen(theme.color(Role::Border));
            axis->setTickPen(theme.color(Role::Border));
            axis->setSubTickPen(Qt::NoPen);
            axis->setTickLabelColor(theme.color(Role::Muted));
            axis->setLabelColor(theme.color(Role::Muted));
            axis->setTickLabelFont(small);
            axis->setLabelFont(small);
            axis->grid()->setPen(QPen(theme.color(Role::Border), 0, Qt::DotLine));
            axis->grid()->setZeroLinePen(Qt::NoPen);
        }
        plot.rect->axis(QCPAxis::atBottom)->setTickLabels(last);
        plot.legend->setBrush(Qt::NoBrush);
        plot.legend->setBorderPen(Qt::NoPen);
        plot.legend->setFont(small);
        plot.legend->setTextColor(theme.color(Role::Text));
    }
}

void PlotStack::Private::fill(Plot& plot, const std::vector<Series>& all, double nowS) {
    while (plot.graphs.size() > all.size()) {
        plot.legend->removeItem(static_cast<int>(plot.graphs.size()) - 1);
        canvas->removeGraph(plot.graphs.back());
        plot.graphs.pop_back();
    }
    while (plot.graphs.size() < all.size()) {
        QCPGraph* graph = canvas->addGraph(plot.rect->axis(QCPAxis::atBottom), plot.rect->axis(QCPAxis::atLeft));
        plot.legend->addItem(new QCPPlottableLegendItem(plot.legend, graph));
        plot.graphs.push_back(graph);
    }
    double highest = 1;
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
        if (plot.shape == Shape::Steps && !samples.empty()) { // What has not changed still holds.
            times.append(std::max(nowS, samples.back().atS));
            values.append(samples.back().value);
        }
        graph.setData(times, values, true);
        graph.setLineStyle(plot.shape == Shape::Steps ? QCPGraph::lsStepLeft : QCPGraph::lsNone);
        graph.setPen(penOf(i, theme));
        graph.setScatterStyle(
            plot.shape == Shape::Points
                ? QCPScatterStyle(static_cast<QCPScatterStyle::ScatterShape>(QCPScatterStyle::ssCircle + static_cast<int>(i)), 7)
                : QCPScatterStyle());
        graph.setName(samples.empty() ? all[i].name : QStringLiteral("%1 %2").arg(all[i].name).arg(samples.back().value));
    }
    plot.rect->axis(QCPAxis::atLeft)->setRange(0, highest * kHeadroom);
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
    layout->addWidget(d->canvas);
    d->canvas->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    d->canvas->setNoAntialiasingOnDrag(true);
    d->canvas->setAutoAddPlottableToLegend(false);
    d->canvas->plotLayout()->clear();
    d->canvas->plotLayout()->setRowSpacing(0);
    d->canvas->setAccessibleName(tr("Sessions, prefixes and convergence over time"));
    d->addPlot(tr("Sessions"), Shape::Steps);
    d->addPlot(tr("Prefixes"), Shape::Steps);
    d->addPlot(tr("ms"), Shape::Points);
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

PlotStack::~PlotStack() = default;

void PlotStack::draw(const SeriesStore& store, double nowS) {
    d->dress();
    if (d->following) {
        d->plots.front().rect->axis(QCPAxis::atBottom)->setRange(nowS - d->spanS, nowS);
    }
    d->fill(d->plots[0], store.sessions(), nowS);
    d->fill(d->plots[1], store.prefixes(), nowS);
    d->fill(d->plots[2], store.convergence(), nowS);
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
        for (const QCPGraph* graph : plot.graphs) {
            names += graph->name();
        }
    }
    return names;
}

bool PlotStack::savePng(const QString& path) {
    return d->canvas->savePng(path, width(), height(), 2);
}

bool PlotStack::saveSvg(const QString& path) {
    QSvgGenerator svg;
    svg.setFileName(path);
    svg.setSize(size());
    svg.setViewBox(rect());
    QCPPainter painter;
    if (!painter.begin(&svg)) {
        return false;
    }
    painter.setMode(QCPPainter::pmVectorized);
    d->canvas->toPainter(&painter, width(), height());
    return painter.end();
}

} // namespace podleaf::ui
