// SPDX-License-Identifier: GPL-3.0-or-later
#include "podleaf_program.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QJsonDocument>
#include <QProcessEnvironment>

#include <algorithm>

namespace podleaf::test {

QJsonObject ProgramResult::json() const {
    return QJsonDocument::fromJson(output).object();
}

void PodleafProgram::start(QProcess& process, const QStringList& arguments) const {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PODLEAF_RUN_FOLDER"), m_runFolder);
    environment.insert(QStringLiteral("XDG_STATE_HOME"), m_runFolder + QStringLiteral(".state"));
    process.setProcessEnvironment(environment);
    process.setProgram(QCoreApplication::applicationDirPath() + QStringLiteral("/podleaf"));
    process.setArguments(arguments);
    process.start();
}

ProgramResult PodleafProgram::run(const QStringList& arguments, int seconds) const {
    QProcess process;
    start(process, arguments);
    if (!process.waitForFinished(seconds * 1000)) {
        process.kill();
        process.waitForFinished();
        return {-1, process.readAllStandardOutput(), process.readAllStandardError()};
    }
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

bool PodleafProgram::waitForStatus(const QString& lab, const std::function<bool(const QJsonObject&)>& condition) const {
    const QDeadlineTimer deadline(10'000);
    while (!deadline.hasExpired()) {
        if (condition(status(lab))) {
            return true;
        }
    }
    return false;
}

QJsonObject findIn(const QJsonArray& array, const QString& key, const QString& value) {
    const auto it = std::ranges::find_if(array, [&](const QJsonValue& each) { return each.toObject()[key].toString() == value; });
    return it == array.end() ? QJsonObject() : (*it).toObject();
}

} // namespace podleaf::test
