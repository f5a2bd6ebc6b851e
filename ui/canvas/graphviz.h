// SPDX-License-Identifier: GPL-3.0-or-later
// Graphviz: places for graphs that are not layered, found by the program `dot`, which runs as a process on a thread
// of its own. GUI thread; the two functions are pure.
#pragma once

#include "layout.h"

#include <core/base/result.h>

#include <QObject>

#include <thread>

namespace podleaf::ui {

/// The graph in dot's language: a box for each card, in its size; nodes are called n0, n1… in the lab's order.
QByteArray dotSource(const model::Lab& lab, const Layout& sizes);
/// The upper left corners that `dot -Tjson` found; 1 point is 1 scene unit. Errors: Protocol.
Result<QHash<NodeId, QPointF>> readDotAnswer(const QByteArray& json, const model::Lab& lab, const Layout& sizes);

class Graphviz final : public QObject {
    Q_OBJECT
public:
    /// `program`: "dot", or another one in tests.
    explicit Graphviz(QString program = QStringLiteral("dot"), QObject* parent = nullptr);
    /// Ends a process that still runs and waits for it.
    ~Graphviz() override;

    /// Asks for places; an earlier question is forgotten.
    void place(const model::Lab& lab, const Layout& sizes);
    void cancel();

Q_SIGNALS:
    void placed(const QHash<podleaf::NodeId, QPointF>& topLefts);
    /// It is not installed, or gave no answer: the layers stay.
    void failed(const podleaf::Error& error);

private:
    const QString m_program;
    quint64 m_question = 0; ///< Counts questions; an answer to an old one is dropped.
    std::jthread m_thread;
};

} // namespace podleaf::ui
