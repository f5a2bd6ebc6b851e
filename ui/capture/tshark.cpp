// SPDX-License-Identifier: GPL-3.0-or-later
// Tshark: see the header.
#include "tshark.h"

#include <ui/models/words.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QTimer>
#include <QXmlStreamReader>

#include <array>
#include <fcntl.h>

namespace podleaf::ui {

namespace {

constexpr int kLinesAtOnce = 200; ///< A slot's share; the event loop comes between.
constexpr qsizetype kMaxLine = 64 * 1024;
constexpr qsizetype kMaxDetails = 8 * 1024 * 1024;
constexpr int kMaxDepth = 32;
constexpr int kMaxFields = 5000;

QString program() {
    return QStandardPaths::findExecutable(QStringLiteral("tshark"));
}

void readFields(QXmlStreamReader& xml, std::vector<capture::PacketField>& into, int depth, int& count) {
    while (xml.readNextStartElement()) {
        const QXmlStreamAttributes attributes = xml.attributes();
        const bool hidden = attributes.value(QLatin1String("hide")) == QLatin1String("yes") ||
                            attributes.value(QLatin1String("name")) == QLatin1String("geninfo");
        if (hidden || depth > kMaxDepth || ++count > kMaxFields) {
            xml.skipCurrentElement();
            continue;
        }
        const QStringView shown = attributes.value(QLatin1String("showname"));
        into.push_back({oneLine((shown.isEmpty() ? attributes.value(QLatin1String("show")) : shown).toString())});
        std::vector<capture::PacketField> children;
        readFields(xml, children, depth + 1, count);
        into.back().children = std::move(children);
    }
}

} // namespace

Tshark::Tshark(QObject* parent) : QObject(parent) {}

Tshark::~Tshark() {
    stop();
    if (m_one) {
        m_one->disconnect(this);
        m_one->kill();
    }
}

bool Tshark::isInstalled() {
    return !program().isEmpty();
}

UniqueFd Tshark::start() {
    stop();
    std::array<int, 2> ends{-1, -1};
    if (program().isEmpty() || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return {};
    }
    const UniqueFd theirs(ends[0]);
    UniqueFd ours(ends[1]);
    m_live = std::make_unique<QProcess>();
    m_live->setProgram(program());
    m_live->setArguments({QStringLiteral("-l"), QStringLiteral("-n"), QStringLiteral("-r"), QStringLiteral("-"), QStringLiteral("-T"),
                          QStringLiteral("ek"), QStringLiteral("-e"), QStringLiteral("frame.number"), QStringLiteral("-e"),
                          QStringLiteral("_ws.col.Source"), QStringLiteral("-e"), QStringLiteral("_ws.col.Destination"),
                          QStringLiteral("-e"), QStringLiteral("_ws.col.Protocol"), QStringLiteral("-e"), QStringLiteral("_ws.col.Info")});
    m_live->setStandardInputFile(QStringLiteral("/proc/self/fd/%1").arg(theirs.get()));
    m_live->setStandardErrorFile(QProcess::nullDevice());
    connect(m_live.get(), &QProcess::readyReadStandardOutput, this, &Tshark::readLines);
    m_live->start();
    return ours;
}

void Tshark::stop() {
    if (m_live) {
        m_live->disconnect(this);
        m_live->kill();
        QProcess* old = m_live.release(); // Waiting for it would take time.
        connect(old, &QProcess::finished, old, &QObject::deleteLater);
        if (old->state() == QProcess::NotRunning) {
            old->deleteLater();
        }
    }
}

void Tshark::readLines() {
    for (int i = 0; m_live && m_live->canReadLine(); ++i) {
        if (i == kLinesAtOnce) {
            QTimer::singleShot(0, this, &Tshark::readLines);
            return;
        }
        const auto [place, summary] = readLine(m_live->readLine(kMaxLine));
        if (place > 0) {
            Q_EMIT named(place, summary);
        }
    }
}

std::pair<qint64, capture::PacketSummary> Tshark::readLine(const QByteArray& line) {
    const QJsonObject layers = QJsonDocument::fromJson(line).object()[QStringLiteral("layers")].toObject();
    const auto first = [&layers](const char* key) { return oneLine(layers[QLatin1String(key)].toArray().first().toString()); };
    return {layers.isEmpty() ? 0 : first("frame_number").toLongLong(),
            {first("_ws_col_Source"), first("_ws_col_Destination"), first("_ws_col_Protocol"), first("_ws_col_Info")}};
}

void Tshark::dissect(qint64 number, const QByteArray& file) {
    if (m_one) {
        m_one->disconnect(this);
        m_one->kill();
        m_one.release()->deleteLater();
    }
    m_one = std::make_unique<QProcess>();
    QProcess* one = m_one.get();
    one->setStandardErrorFile(QProcess::nullDevice());
    connect(one, &QProcess::started, this, [one, file] {
        one->write(file);
        one->closeWriteChannel();
    });
    connect(one, &QProcess::finished, this, [this, one, number] {
        const std::vector<capture::PacketField> fields = readDetails(one->read(kMaxDetails));
        if (!fields.empty()) {
            Q_EMIT dissected(number, fields);
        }
    });
    one->start(program(), {QStringLiteral("-n"), QStringLiteral("-r"), QStringLiteral("-"), QStringLiteral("-T"), QStringLiteral("pdml")});
}

std::vector<capture::PacketField> Tshark::readDetails(const QByteArray& pdml) {
    std::vector<capture::PacketField> fields;
    QXmlStreamReader xml(pdml);
    if (xml.readNextStartElement() && xml.name() == QLatin1String("pdml") && xml.readNextStartElement()) {
        int count = 0;
        readFields(xml, fields, 0, count);
    }
    return fields;
}

} // namespace podleaf::ui
