// SPDX-License-Identifier: GPL-3.0-or-later
// PingReader: what a long-lived `ping -n -D -O` says, line by line, as "answered" and "not answered any more".
// Pure; one thread at a time.
#pragma once

#include <core/channel/node_channel.h>
#include <core/intent/intent.h>
#include <core/model/lab.h>

#include <QByteArray>

#include <chrono>
#include <optional>
#include <vector>

namespace podleaf::verify {

/// iputils' ping from the leg's source to its target, until it is killed. It is bound to the source's own address,
/// so that it also goes on while there is no route; that is what distinguishes it from a plain `ping`, which ends.
channel::Command pingCommand(const model::Lab& lab, const intent::Leg& leg, std::chrono::milliseconds interval);

/// A leg began or ceased to be answered.
struct PingTurn {
    bool answered = false;
    qint64 atMs = 0; ///< Unix milliseconds: of the answer, as the kernel stamped it, or of the first silence.
    bool operator==(const PingTurn&) const = default;
};

class PingReader {
public:
    /// Lines may come in any pieces. One probe that is late is no silence; three in a row are, and so is one that a
    /// router on the way says it cannot deliver, and one that was passed over by a later one.
    std::vector<PingTurn> feed(QByteArrayView bytes);

private:
    struct Missing {
        int sequence = 0;
        qint64 atMs = 0;
    };
    void readLine(QByteArrayView line, std::vector<PingTurn>& turns);
    void turn(bool answered, qint64 atMs, std::vector<PingTurn>& turns);

    QByteArray m_rest;
    bool m_skips = false;           ///< The line that began is too long: passed over up to its end.
    std::vector<Missing> m_missing; ///< Since the last answer.
    std::optional<bool> m_answered;
};

} // namespace podleaf::verify
