// SPDX-License-Identifier: GPL-3.0-or-later
// capture: the packets of a cable, to a file or to Wireshark.
#include "commands.h"

#include <core/session/link_capture.h>

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>

#include <fcntl.h>
#include <unistd.h>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

/// "-w -" is standard output, as in tcpdump and tshark.
bool isStandardOutput(const QString& file) {
    return file.isEmpty() || file == QLatin1String("-");
}

/// Packets on a terminal, or packets and JSON on the same standard output: an error that says what to type instead.
Result<> checkOutput(const Invocation& invocation, const QString& link) {
    if (!isStandardOutput(invocation.capture.file)) {
        return {};
    }
    if (invocation.json) {
        return fail(ErrorCode::InvalidInput, tr("The packets and the JSON would both go to standard output."), {},
                    tr("Name a file for the packets with -w."));
    }
    if (isatty(STDOUT_FILENO) != 0) {
        return fail(ErrorCode::InvalidInput, tr("A capture is not for a terminal."), {},
                    tr("podleaf capture %1 -w FILE, or: podleaf capture %1 | wireshark -k -i -").arg(link));
    }
    return {};
}

/// `--end` as A, B, both or one end's node.
Result<session::CaptureEnds> endsOf(const QString& word, const std::array<model::Endpoint, 2>& ends) {
    if (word == QLatin1String("A") || word == ends[0].node.name || word == ends[0].toString()) {
        return session::CaptureEnds::A;
    }
    if (word == QLatin1String("B") || word == ends[1].node.name || word == ends[1].toString()) {
        return session::CaptureEnds::B;
    }
    if (word == QLatin1String("both")) {
        return session::CaptureEnds::Both;
    }
    return fail(ErrorCode::InvalidInput, tr("There is no end named %1.").arg(word), {},
                tr("A is %1, B is %2; or both.").arg(ends[0].toString(), ends[1].toString()));
}

Result<std::unique_ptr<session::LinkCapture>> openCapture(Invocation& invocation, session::LabSession& session, const LinkId& link) {
    const auto ends = session::captureEndsOf(session.lab(), link);
    if (!ends) {
        return fail(ends.error());
    }
    const CaptureOptions& options = invocation.capture;
    const auto wanted = endsOf(options.end, *ends);
    if (!wanted) {
        return fail(wanted.error());
    }
    session::CaptureRequest request{link, *wanted, {}};
    if (options.count > 0) {
        request.limits.packets = options.count;
    }
    if (options.seconds > 0) {
        request.limits.time = std::chrono::milliseconds(static_cast<qint64>(options.seconds * 1000));
    }
    return session::LinkCapture::open(invocation.context, session, request);
}

Result<UniqueFd> openOutput(const QString& file) {
    if (isStandardOutput(file)) {
        return UniqueFd(::dup(STDOUT_FILENO));
    }
    UniqueFd output(::open(QFile::encodeName(file).constData(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!output.isValid()) {
        return fail(ErrorCode::Failed, tr("Cannot write %1.").arg(file), qt_error_string(errno));
    }
    return output;
}

QString summaryText(const capture::Summary& summary, const LinkId& link) {
    QStringList where;
    for (const capture::InterfaceSummary& each : summary.interfaces) {
        where.append(each.name);
    }
    QString text = tr("%1 packets of %2, seen at %3.").arg(QString::number(summary.packets), link.name, where.join(tr(" and ")));
    if (summary.dropped > 0) {
        text += tr(" %1 more were dropped by the kernel, because they were not written fast enough.").arg(summary.dropped);
    }
    if (summary.endedBy == capture::EndedBy::SourceGone) {
        text += tr(" The cable has gone.");
    }
    return text + QLatin1Char('\n');
}

QString wordOf(capture::EndedBy endedBy) {
    switch (endedBy) {
    case capture::EndedBy::Limit:
        return QStringLiteral("limit");
    case capture::EndedBy::Stop:
        return QStringLiteral("stop");
    case capture::EndedBy::ReaderLeft:
        return QStringLiteral("reader-left");
    case capture::EndedBy::SourceGone:
        break;
    }
    return QStringLiteral("link-gone");
}

QJsonObject summaryJson(const capture::Summary& summary, const LinkId& link, const QString& file) {
    QJsonArray interfaces;
    for (const capture::InterfaceSummary& each : summary.interfaces) {
        interfaces.append(QJsonObject{{QStringLiteral("name"), each.name},
                                      {QStringLiteral("packets"), static_cast<qint64>(each.packets)},
                                      {QStringLiteral("received"), static_cast<qint64>(each.received)},
                                      {QStringLiteral("dropped"), static_cast<qint64>(each.dropped)}});
    }
    return {{QStringLiteral("ok"), true},
            {QStringLiteral("link"), link.name},
            {QStringLiteral("file"), file},
            {QStringLiteral("packets"), static_cast<qint64>(summary.packets)},
            {QStringLiteral("dropped"), static_cast<qint64>(summary.dropped)},
            {QStringLiteral("endedBy"), wordOf(summary.endedBy)},
            {QStringLiteral("interfaces"), interfaces}};
}

} // namespace

int capture(Invocation& invocation) {
    const qsizetype count = invocation.arguments.size();
    if (count < 1 || count > 2) {
        return reportUsage(QStringLiteral("podleaf capture [LAB] LINK [-w FILE] [--end A|B|both] [--count N] [--seconds N]"));
    }
    const LinkId link(invocation.arguments.back());
    if (auto checked = checkOutput(invocation, invocation.arguments.join(QLatin1Char(' '))); !checked) {
        return reportError(invocation, checked.error());
    }
    auto session = openLab(invocation, count == 2 ? invocation.arguments[0] : QString());
    if (!session) {
        return reportError(invocation, session.error());
    }
    auto capture = openCapture(invocation, **session, link);
    if (!capture) {
        return reportError(invocation, capture.error());
    }
    auto output = openOutput(invocation.capture.file);
    if (!output) {
        return reportError(invocation, output.error());
    }
    const auto summary = (*capture)->run(invocation.context, output->get());
    if (!summary) {
        return reportError(invocation, summary.error());
    }
    if (invocation.json) {
        printJson(summaryJson(*summary, link, invocation.capture.file));
    } else if (summary->endedBy != capture::EndedBy::ReaderLeft || summary->dropped > 0) {
        printMessage(summaryText(*summary, link));
    }
    return Done; // Ctrl-C is how one ends it.
}

} // namespace podleaf::cli
