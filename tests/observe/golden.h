// SPDX-License-Identifier: GPL-3.0-or-later
// Golden texts of tests/observe/golden: one line for everything said. PODLEAF_UPDATE_GOLDEN=1 rewrites them; read the
// difference before committing.
#pragma once

#include <QFile>
#include <QStringList>
#include <QTest>

namespace podleaf::test {

/// The golden lines of `name`; with PODLEAF_UPDATE_GOLDEN they become `lines` first.
inline QStringList golden(const QString& name, const QStringList& lines) {
    QFile file(QStringLiteral(PODLEAF_SOURCE_DIR "/tests/observe/golden/") + name + QStringLiteral(".txt"));
    if (qEnvironmentVariableIsSet("PODLEAF_UPDATE_GOLDEN")) {
        const QByteArray text = lines.isEmpty() ? QByteArray() : lines.join(QLatin1Char('\n')).toUtf8() + '\n';
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) {
            qFatal("cannot write %s", qPrintable(file.fileName()));
        }
        file.close();
    }
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("no golden text: %s", qPrintable(file.fileName()));
    }
    return QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
}

} // namespace podleaf::test
