// SPDX-License-Identifier: GPL-3.0-or-later
#include "curl.h"

#include <core/state/words.h>

#include <QCoreApplication>

#include <algorithm>

namespace podleaf::verify {

namespace {

constexpr qsizetype kMaxBodyBytes = 64 * 1024;
const QByteArray kReportMark = QByteArrayLiteral("podleaf-leg ");

/// What `-w` wrote: the HTTP status (0 when none came) and the whole time.
struct CurlReport {
    int status = 0;
    double ms = 0;
};

CurlReport parseReport(const QByteArray& errorOutput) {
    const qsizetype at = errorOutput.lastIndexOf(kReportMark);
    if (at < 0) {
        return {};
    }
    const QList<QByteArray> words = errorOutput.mid(at + kReportMark.size(), 64).split('\n').constFirst().split(' ');
    CurlReport report;
    report.status = words.constFirst().toInt();
    report.ms = words.size() > 1 ? std::max(0.0, words.at(1).toDouble() * 1000) : 0;
    return report;
}

/// curl's exit codes (curl(1), EXIT CODES) as sentences.
QString exitReason(const channel::CommandResult& ended, std::chrono::milliseconds timeout) {
    constexpr int kCouldNotConnect = 7;
    constexpr int kTimedOut = 28;
    constexpr int kEmptyReply = 52;
    constexpr int kReceiveFailed = 56;
    if (ended.signal != 0) {
        return QCoreApplication::translate("Verify", "curl was killed by signal %1.").arg(ended.signal);
    }
    switch (ended.exitCode) {
    case kCouldNotConnect:
        return QCoreApplication::translate("Verify", "The connection was refused, or there is no route.");
    case kTimedOut:
        return QCoreApplication::translate("Verify", "No answer within %1 s.").arg(static_cast<double>(timeout.count()) / 1000);
    case kEmptyReply:
        return QCoreApplication::translate("Verify", "The connection was closed without an answer.");
    case kReceiveFailed:
        return QCoreApplication::translate("Verify", "The connection was reset.");
    default: {
        const QString words = state::toSentence(QString::fromUtf8(ended.errorOutput.left(500).split('\n').constFirst()));
        return QCoreApplication::translate("Verify", "curl ended with exit code %1. %2")
            .arg(QString::number(ended.exitCode), words)
            .trimmed();
    }
    }
}

bool isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/// Why an HTTP answer is not the one wanted, or empty.
QString answerFault(const QByteArray& body, int status, const QString& pod) {
    if (status != 200) {
        return QCoreApplication::translate("Verify", "Answered with HTTP status %1.").arg(status);
    }
    if (!namesPod(body, pod)) {
        return QCoreApplication::translate("Verify", "Another one answered: %1").arg(state::toSentence(QString::fromUtf8(body.left(100))));
    }
    return {};
}

} // namespace

channel::Command curlCommand(const intent::Leg& leg, std::chrono::milliseconds timeout) {
    channel::Command command;
    command.argv = {QStringLiteral("curl"),
                    QStringLiteral("-q"),
                    QStringLiteral("-s"),
                    QStringLiteral("-S"),
                    QStringLiteral("--noproxy"),
                    QStringLiteral("*"),
                    QStringLiteral("--max-time"),
                    QString::number(static_cast<double>(timeout.count()) / 1000, 'f', 3),
                    QStringLiteral("-o"),
                    QStringLiteral("-"),
                    QStringLiteral("-w"),
                    QStringLiteral("%{stderr}\\n") + QString::fromLatin1(kReportMark) + QStringLiteral("%{http_code} %{time_total}\\n"),
                    leg.url()};
    command.maxOutputBytes = kMaxBodyBytes;
    return command;
}

LegResult blankResult(const intent::Leg& leg) {
    LegResult result;
    result.from = leg.from();
    result.to = leg.toPod;
    result.url = leg.url();
    result.expected = leg.expected;
    return result;
}

LegResult readCurl(const intent::Leg& leg, const channel::CommandResult& ended, std::chrono::milliseconds timeout) {
    LegResult result = blankResult(leg);
    const CurlReport report = parseReport(ended.errorOutput);
    result.ms = report.ms;
    const QString fault = ended.ok() ? answerFault(ended.output, report.status, leg.toPod) : exitReason(ended, timeout);
    result.ok = fault.isEmpty();
    result.answeredWrong = !result.ok && ended.ok();
    if (!result.asIntended()) {
        result.reason = result.ok ? QCoreApplication::translate("Verify", "It was answered, though it must not be.") : fault;
    }
    return result;
}

bool namesPod(const QByteArray& body, const QString& name) {
    const QByteArray wanted = name.toUtf8();
    if (wanted.isEmpty()) {
        return false;
    }
    for (qsizetype at = body.indexOf(wanted); at >= 0; at = body.indexOf(wanted, at + 1)) {
        const qsizetype end = at + wanted.size();
        const bool begins = at == 0 || !isNameCharacter(body.at(at - 1));
        const bool ends = end == body.size() || !isNameCharacter(body.at(end));
        if (begins && ends) {
            return true;
        }
    }
    return false;
}

} // namespace podleaf::verify
