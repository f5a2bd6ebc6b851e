// SPDX-License-Identifier: GPL-3.0-or-later
// One line of text for what decoders and collectors say, so that tests compare lists of lines.
#pragma once

#include <core/observe/bmp_decoder.h>
#include <core/observe/rtnetlink_decoder.h>
#include <core/state/observation.h>

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace podleaf::test {

/// A recorded stream of tests/observe/data; fails the test by qFatal when it is missing.
QByteArray recorded(const QString& name);

QString toText(const observe::BmpMessage& message);
QString toText(const observe::NetlinkMessage& message);
/// Times, pids and interface indexes are left out.
QString toText(const state::Observed& seen);

template <class T>
QStringList toTexts(const std::vector<T>& list) {
    QStringList lines;
    for (const T& one : list) {
        lines.append(toText(one));
    }
    return lines;
}

} // namespace podleaf::test
