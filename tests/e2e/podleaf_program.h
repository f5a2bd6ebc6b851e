// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the real podleaf program, as a user's script would. Main thread; blocking with deadlines.
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <functional>

namespace podleaf::test {

struct ProgramResult {
    int exitCode = -1;
    QByteArray output;
    QByteArray messages;

    [[nodiscard]] QJsonObject json() const;
};

class PodleafProgram {
public:
    explicit PodleafProgram(QString runFolder) : m_runFolder(std::move(runFolder)) {}

    /// Runs to the end; a run of more than that is killed and reported as exit code -1.
    ProgramResult run(const QStringList& arguments, int seconds = 60) const;
    /// Starts and returns at once; the caller ends it.
    void start(QProcess& process, const QStringList& arguments) const;

    QJsonObject status(const QString& lab) const { return run({QStringLiteral("status"), lab, QStringLiteral("--json")}).json(); }
    /// Asks `status --json` again and again until `condition` holds; false after ten seconds.
    bool waitForStatus(const QString& lab, const std::function<bool(const QJsonObject&)>& condition) const;

private:
    QString m_runFolder;
};

/// The members of a JSON array of objects for which `key` has the text `value`.
QJsonObject findIn(const QJsonArray& array, const QString& key, const QString& value);

} // namespace podleaf::test
