// SPDX-License-Identifier: GPL-3.0-or-later
#include "invocation.h"

#include <core/session/lab_backend.h>
#include <core/session/read_on.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>
#include <QStandardPaths>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

/// The errno of the first result that could not be written; 0: none. One thread prints.
int g_resultError = 0;

bool write(std::FILE* stream, const QString& text) {
    const QByteArray bytes = text.toUtf8();
    return std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), stream) == static_cast<size_t>(bytes.size()) &&
           std::fflush(stream) == 0;
}

/// Where the name of the last used lab is kept: the user's state folder.
QString lastLabFile() {
    const QString state = qEnvironmentVariable("XDG_STATE_HOME", QDir::homePath() + QStringLiteral("/.local/state"));
    return state + QStringLiteral("/podleaf/last-lab");
}

QString lastLab() {
    QFile file(lastLabFile());
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.read(4096)).trimmed() : QString();
}

void rememberLab(const QString& path) {
    QDir().mkpath(QFileInfo(lastLabFile()).path());
    QSaveFile file(lastLabFile());
    if (file.open(QIODevice::WriteOnly)) {
        file.write(path.toUtf8() + '\n');
        file.commit();
    }
}

int exitCodeOf(ErrorCode code) {
    switch (code) {
    case ErrorCode::Cancelled:
        return Cancelled;
    case ErrorCode::InvalidInput:
    case ErrorCode::NotFound:
        return Usage;
    case ErrorCode::HostLacks:
        return HostLacks;
    default:
        return Failed;
    }
}

/// The file of a running lab, so that it can be called by its name from anywhere.
QString fileOfRunningLab(const Invocation& invocation, const QString& name) {
    for (const session::RunningLab& lab : session::runningLabs(invocation.environment)) {
        if (lab.lab.name == name) {
            return lab.labFile;
        }
    }
    return {};
}

/// What runs from the file `path`, or under that name, as it was deployed. For when the file itself is of no use.
std::optional<labfile::LabSource> deployedCopy(const Invocation& invocation, const QString& pathOrName) {
    const QString path = QFileInfo(pathOrName).absoluteFilePath();
    for (const session::RunningLab& lab : session::runningLabs(invocation.environment)) {
        if (lab.labFile != path && lab.lab.name != pathOrName) {
            continue;
        }
        labfile::LabSource source{lab.labFile, lab.labText, labfile::parse(lab.labText)};
        if (source.parsed.lab) {
            return source;
        }
    }
    return std::nullopt;
}

} // namespace

void printResult(const QString& text) {
    if (!write(stdout, text) && g_resultError == 0) {
        g_resultError = errno;
    }
}

void printJson(const QJsonObject& object) {
    printResult(QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)) + QLatin1Char('\n'));
}

bool hasReader() {
    pollfd out{STDOUT_FILENO, 0, 0};
    return g_resultError == 0 && (::poll(&out, 1, 0) <= 0 || (out.revents & POLLERR) == 0);
}

int withResultWritten(int code) {
    if (g_resultError == 0 || g_resultError == EPIPE) { // A reader that has read enough may leave.
        return code;
    }
    printMessage(tr("The result could not be written: %1.\n").arg(QString::fromLocal8Bit(std::strerror(g_resultError))));
    return code == Done ? Failed : code;
}

void printMessage(const QString& text) {
    write(stderr, text);
}

int reportError(const Invocation& invocation, const Error& error) {
    printMessage(describe(error) + QLatin1Char('\n'));
    if (invocation.json) {
        printJson({{QStringLiteral("ok"), false},
                   {QStringLiteral("error"), QJsonObject{{QStringLiteral("message"), error.message},
                                                         {QStringLiteral("detail"), error.detail},
                                                         {QStringLiteral("hint"), error.hint}}}});
    }
    return exitCodeOf(error.code);
}

int reportUsage(const QString& usage) {
    printMessage(tr("Usage: %1\n").arg(usage));
    return Usage;
}

bool namesLab(const Invocation& invocation, const QString& argument) {
    if (argument.contains(QLatin1Char('/')) || argument.endsWith(QLatin1String(".yaml")) || argument.endsWith(QLatin1String(".yml"))) {
        return true;
    }
    for (const labfile::BuiltinLab& lab : labfile::builtinLabs()) {
        if (lab.name == argument) {
            return true;
        }
    }
    return !fileOfRunningLab(invocation, argument).isEmpty();
}

Result<labfile::LabSource> findLab(const Invocation& invocation, const QString& nameOrPath, LabUse use) {
    QString wanted = nameOrPath.isEmpty() ? lastLab() : nameOrPath;
    if (wanted.isEmpty()) {
        return fail(ErrorCode::NotFound, tr("No lab is named and none was used before."), {}, tr("podleaf up tutorial"));
    }
    auto source = labfile::load(wanted);
    if (!source && source.error().code == ErrorCode::NotFound) {
        if (const QString file = fileOfRunningLab(invocation, wanted); !file.isEmpty()) {
            source = labfile::load(file);
        }
    }
    if (use == LabUse::AsItRuns && (!source || !source->parsed.lab)) {
        if (auto running = deployedCopy(invocation, source ? source->path : wanted)) {
            printMessage(tr("The lab file is not valid now; this is the lab as it was brought up.\n"));
            return std::move(*running);
        }
    }
    if (!source) {
        return fail(std::move(source.error()));
    }
    if (!source->parsed.lab) {
        return fail(ErrorCode::InvalidInput, tr("%1 is not a valid lab.").arg(source->path),
                    labfile::describe(source->path, source->parsed.findings), {});
    }
    rememberLab(source->path);
    return std::move(*source);
}

std::optional<model::Lab> glanceAtLab(const Invocation& invocation, const QString& nameOrPath) {
    const QString wanted = nameOrPath.isEmpty() ? lastLab() : nameOrPath;
    auto source = labfile::load(wanted);
    if (source && source->parsed.lab) {
        return std::move(source->parsed.lab);
    }
    auto running = deployedCopy(invocation, wanted);
    return running ? std::move(running->parsed.lab) : std::nullopt;
}

Result<std::unique_ptr<session::LabSession>> openLab(const Invocation& invocation, const QString& nameOrPath, LabUse use) {
    auto source = findLab(invocation, nameOrPath, use);
    if (!source) {
        return fail(std::move(source.error()));
    }
    return session::LabSession::open(*source, invocation.environment);
}

Result<std::unique_ptr<session::LabSession>> openLiveLab(Invocation& invocation, const QString& nameOrPath) {
    auto session = openLab(invocation, nameOrPath);
    if (!session) {
        return session;
    }
    if (auto attached = (*session)->attach(invocation.context); !attached) {
        return fail(std::move(attached.error()));
    }
    const auto picture = session::readOn(invocation.context, **session);
    if (!picture) {
        return fail(picture.error());
    }
    if (*picture == session::Picture::Partial) {
        printMessage(tr("Not all of these nodes answered within %1 s; what follows may be partial: %2\n")
                         .arg(QString::number(session::kNodePatience.count()), (*session)->silentNodes().join(QStringLiteral(", "))));
    }
    return session;
}

} // namespace podleaf::cli
