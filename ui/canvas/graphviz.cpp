// SPDX-License-Identifier: GPL-3.0-or-later
// Graphviz: see the header.
#include "graphviz.h"

#include "canvas_text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <chrono>

namespace podleaf::ui {

namespace {

constexpr double kPointsPerInch = 72;
constexpr std::chrono::seconds kPatience{30};
constexpr int kLookMs = 20; ///< How often a waiting thread looks whether it is still wanted.
constexpr double kFarthest = model::kFarthestPosition;

QString numberText(double value) {
    return QString::number(value, 'f', 4);
}

/// Runs dot to its end, or until a stop is asked for.
Result<QByteArray> runDot(const QString& program, const QByteArray& source, const std::stop_token& stop) {
    QProcess process;
    process.start(program, {QStringLiteral("-Tjson")});
    if (!process.waitForStarted()) {
        return fail(ErrorCode::HostLacks, CanvasText::tr("Graphviz is not installed: the nodes lie in layers."), process.errorString(),
                    QStringLiteral("apt install graphviz"));
    }
    process.write(source);
    process.closeWriteChannel();
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!process.waitForFinished(kLookMs)) {
        if (stop.stop_requested() || std::chrono::steady_clock::now() > end) {
            process.kill();
            process.waitForFinished();
            return fail(stop.stop_requested() ? ErrorCode::Cancelled : ErrorCode::Timeout,
                        CanvasText::tr("Graphviz found no places in time: the nodes lie in layers."));
        }
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        return fail(ErrorCode::Failed, CanvasText::tr("Graphviz failed: the nodes lie in layers."),
                    QString::fromUtf8(process.readAllStandardError()));
    }
    return process.readAllStandardOutput();
}

} // namespace

QByteArray dotSource(const model::Lab& lab, const Layout& sizes) {
    QString text =
        QStringLiteral("graph lab {\n  graph [rankdir=TB, nodesep=0.8, ranksep=1.7, splines=line];\n  node [shape=box, fixedsize=true];\n");
    QStringList hosts;
    for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
        const NodePlace* place = sizes.find(lab.nodes[i].id);
        const QSizeF size = place == nullptr ? QSizeF(measure::kCardWidth, measure::kCardHeight) : place->card.size();
        text += QStringLiteral("  n%1 [width=%2, height=%3];\n")
                    .arg(QString::number(i), numberText(size.width() / kPointsPerInch), numberText(size.height() / kPointsPerInch));
        if (lab.nodes[i].kind == model::NodeKind::Host) {
            hosts += QStringLiteral("n%1;").arg(i);
        }
    }
    QHash<NodeId, std::size_t> index;
    for (std::size_t i = 0; i < lab.nodes.size(); ++i) {
        index.insert(lab.nodes[i].id, i);
    }
    for (const model::Link& link : lab.links) {
        if (index.contains(link.ends[0].node) && index.contains(link.ends[1].node)) {
            text += QStringLiteral("  n%1 -- n%2;\n").arg(index[link.ends[0].node]).arg(index[link.ends[1].node]);
        }
    }
    if (!hosts.isEmpty()) {
        text += QStringLiteral("  {rank=max; %1}\n").arg(hosts.join(QLatin1Char(' ')));
    }
    return (text + QStringLiteral("}\n")).toUtf8();
}

Result<QHash<NodeId, QPointF>> readDotAnswer(const QByteArray& json, const model::Lab& lab, const Layout& sizes) {
    const auto broken = [] {
        return fail(ErrorCode::Protocol, CanvasText::tr("Graphviz' answer cannot be understood: the nodes lie in layers."));
    };
    QHash<NodeId, QPointF> out;
    const QJsonArray objects = QJsonDocument::fromJson(json).object()[QLatin1String("objects")].toArray();
    for (const auto& value : objects) {
        const QJsonObject object = value.toObject();
        const QString name = object[QLatin1String("name")].toString();
        if (!object.contains(QLatin1String("pos"))) {
            continue; // A subgraph.
        }
        bool isNumber = false;
        const std::size_t i = name.mid(1).toUInt(&isNumber);
        const QStringList pos = object[QLatin1String("pos")].toString().split(QLatin1Char(','));
        bool isX = false;
        bool isY = false;
        const QPointF centre(pos.value(0).toDouble(&isX), -pos.value(1).toDouble(&isY)); // dot's y grows upwards.
        const bool isGood =
            isNumber && i < lab.nodes.size() && isX && isY && std::abs(centre.x()) < kFarthest && std::abs(centre.y()) < kFarthest;
        const NodePlace* place = isGood ? sizes.find(lab.nodes[i].id) : nullptr;
        if (place == nullptr) {
            return broken();
        }
        out.insert(place->id, centre - QPointF(place->card.width() / 2, place->card.height() / 2));
    }
    return out.size() == static_cast<qsizetype>(lab.nodes.size()) ? Result<QHash<NodeId, QPointF>>(out) : broken();
}

Graphviz::Graphviz(QString program, QObject* parent) : QObject(parent), m_program(std::move(program)) {}

Graphviz::~Graphviz() = default;

void Graphviz::cancel() {
    ++m_question;
    m_thread.request_stop();
}

void Graphviz::place(const model::Lab& lab, const Layout& sizes) {
    cancel();
    const quint64 question = m_question;
    // The old thread, if any, has been asked to stop; it is joined here, which takes one look of it at most.
    m_thread = std::jthread([this, question, lab, sizes, program = m_program](const std::stop_token& stop) {
        const auto answer = runDot(program, dotSource(lab, sizes), stop);
        auto places = answer ? readDotAnswer(*answer, lab, sizes) : Result<QHash<NodeId, QPointF>>(fail(answer.error()));
        QMetaObject::invokeMethod(
            this,
            [this, question, places = std::move(places)] {
                if (question != m_question) {
                    return;
                }
                if (places) {
                    Q_EMIT placed(*places);
                } else {
                    Q_EMIT failed(places.error());
                }
            },
            Qt::QueuedConnection);
    });
}

} // namespace podleaf::ui
