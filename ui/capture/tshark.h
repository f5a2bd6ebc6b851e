// SPDX-License-Identifier: GPL-3.0-or-later
// Tshark: Wireshark's dissectors as processes: one that reads a capture while it runs and names its packets, and one
// for each packet whose details are asked for. What they print is bounded and taken for hostile. GUI thread.
#pragma once

#include <core/base/unique_fd.h>
#include <core/capture/packet_summary.h>

#include <QObject>
#include <QProcess>

#include <utility>
#include <vector>

namespace podleaf::ui {

class Tshark final : public QObject {
    Q_OBJECT

public:
    explicit Tshark(QObject* parent = nullptr);
    ~Tshark() override;

    /// Whether it is installed.
    [[nodiscard]] static bool isInstalled();

    /// Begins to name packets; the end of the pipe that a capture is to be written to, invalid where it does not start.
    UniqueFd start();
    void stop();
    /// Dissects the one packet of a capture file; answered by dissected(), unless another is asked for before.
    void dissect(qint64 number, const QByteArray& file);

    /// `tshark -T ek`'s line of one packet: its place in the stream, from 1, and what it says; a place of 0 for any
    /// other line.
    static std::pair<qint64, capture::PacketSummary> readLine(const QByteArray& line);
    /// `tshark -T pdml`'s fields of the first packet.
    static std::vector<capture::PacketField> readDetails(const QByteArray& pdml);

Q_SIGNALS:
    void named(qint64 place, const podleaf::capture::PacketSummary& summary);
    void dissected(qint64 number, const std::vector<podleaf::capture::PacketField>& fields);

private:
    void readLines();

    std::unique_ptr<QProcess> m_live;
    std::unique_ptr<QProcess> m_one;
};

} // namespace podleaf::ui
