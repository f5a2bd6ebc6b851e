// SPDX-License-Identifier: GPL-3.0-or-later
// Small decoders for text files of a node. Pure; any thread.
#include "text_files.h"

#include "bgp_words.h"

#include <QStringList>

#include <algorithm>
#include <cctype>

namespace podleaf::observe {

namespace {

constexpr size_t kMaxLeases = 4096;
constexpr qsizetype kMaxLineLength = 300;

bool isMac(const QByteArray& text) {
    return text.size() == 17 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c == ':' || std::isxdigit(static_cast<uchar>(c)); });
}

} // namespace

Leases decodeLeases(const QByteArray& text) {
    Leases leases;
    const QList<QByteArray> lines = text.split('\n');
    for (const QByteArray& line : lines) {
        const QList<QByteArray> words = line.simplified().split(' ');
        if (words.size() < 4 || leases.size() >= kMaxLeases) {
            continue;
        }
        // The hardware type stands before the address ("06-...") where it is not Ethernet; no cable of ours is that.
        const auto address = Ipv4Address::parse(QString::fromLatin1(words[2]));
        if (address && isMac(words[1])) {
            leases[*address] = QString::fromLatin1(words[1]).toLower();
        }
    }
    return leases;
}

QString portOfAddress(const model::Lab& lab, const NodeId& server, Ipv4Address address) {
    for (const model::Link* link : lab.linksOf(server)) {
        if (link->prefix.contains(address)) {
            return link->ends[static_cast<size_t>(model::endAt(*link, server))].port;
        }
    }
    return {};
}

QString lastLines(const QByteArray& log, int count) {
    QStringList lines;
    qsizetype end = log.size();
    while (end > 0 && lines.size() < count) {
        const qsizetype newline = log.lastIndexOf('\n', end - 1);
        const QString line = plainText(QByteArrayView(log).sliced(newline + 1, end - newline - 1), kMaxLineLength);
        if (!line.isEmpty()) {
            lines.prepend(line);
        }
        end = newline;
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace podleaf::observe
