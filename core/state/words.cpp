// SPDX-License-Identifier: GPL-3.0-or-later
#include "words.h"

#include <QCoreApplication>

#include <csignal>

namespace podleaf::state {

namespace {

constexpr int kLongestForeignText = 200;

} // namespace

QString exitWords(const ProcessState& process) {
    if (process.stopped) {
        return QCoreApplication::translate("State", "stopped");
    }
    if (process.signal != 0) {
        return QCoreApplication::translate("State", "killed by signal %1").arg(process.signal);
    }
    if (process.exitCode != 0) {
        return QCoreApplication::translate("State", "ended with exit code %1").arg(process.exitCode);
    }
    return QCoreApplication::translate("State", "ended");
}

QString exitSentence(const QString& service, const QString& where, const ProcessState& process) {
    if (process.running && process.paused) {
        return QCoreApplication::translate("State", "%1 on %2 is paused.").arg(service, where);
    }
    if (process.stopped) {
        return QCoreApplication::translate("State", "%1 on %2 was stopped.").arg(service, where);
    }
    if (process.signal != 0) {
        return QCoreApplication::translate("State", "%1 on %2 was killed by signal %3.")
            .arg(service, where, QString::number(process.signal));
    }
    if (process.exitCode != 0) {
        return QCoreApplication::translate("State", "%1 on %2 ended with exit code %3.")
            .arg(service, where, QString::number(process.exitCode));
    }
    return QCoreApplication::translate("State", "%1 on %2 ended.").arg(service, where);
}

bool endedCleanly(const ProcessState& process) {
    return process.stopped || process.signal == SIGTERM || (process.signal == 0 && process.exitCode == 0);
}

QString toSentence(const QString& foreign) {
    QString text = foreign.left(kLongestForeignText);
    for (QChar& c : text) {
        if (!c.isPrint()) {
            c = QLatin1Char(' ');
        }
    }
    text = text.simplified();
    if (text.isEmpty()) {
        return text;
    }
    text[0] = text[0].toUpper();
    return text.endsWith(QLatin1Char('.')) ? text : text + QLatin1Char('.');
}

QString toClause(const QString& sentence) {
    QString clause = sentence.endsWith(QLatin1Char('.')) ? sentence.chopped(1) : sentence;
    if (clause.startsWith(QCoreApplication::translate("State", "The "))) { // Other first words are names.
        clause[0] = clause[0].toLower();
    }
    return clause;
}

} // namespace podleaf::state
