// SPDX-License-Identifier: GPL-3.0-or-later
#include "labfile.h"

#include "declarations.h"
#include "yaml_tree.h"

#include <QCoreApplication>
#include <QJsonObject>

namespace podleaf::labfile {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("LabFile", text);
}

/// The stages one after the other; each works only on what the one before could read.
std::optional<model::Lab> read(const QByteArray& text, Report& report) {
    if (text.size() > kMaxBytes) {
        report.error({}, tr("The file is larger than %1 KiB.").arg(kMaxBytes / 1024), tr("A lab file is a few KiB; is it the right file?"));
        return std::nullopt;
    }
    const auto root = readYaml(text, report);
    if (!root) {
        return std::nullopt;
    }
    const QString example = tr("A lab file begins with a line like \"name: tutorial\", then nodes and links.");
    if (root->type == YamlNode::Type::Null) {
        report.error({0, 0}, tr("The file is empty."), example);
        return std::nullopt;
    }
    if (root->type != YamlNode::Type::Map) {
        report.error(root->place, tr("The file is not a mapping of keys to values."), example);
        return std::nullopt;
    }
    return resolve(readDeclarations(*root, report), report);
}

QString severityWord(model::Severity severity) {
    return severity == model::Severity::Error ? QStringLiteral("error") : QStringLiteral("warning");
}

} // namespace

Parsed parse(const QByteArray& text) {
    static const QByteArray kByteOrderMark("\xEF\xBB\xBF");
    const QByteArray plain = text.startsWith(kByteOrderMark) ? text.mid(kByteOrderMark.size()) : text;
    Report report;
    auto lab = read(plain, report);
    const bool isValid = !report.hasErrors();
    return {isValid ? std::move(lab) : std::nullopt, report.take(plain)};
}

QString describe(const QString& path, const model::Findings& findings) {
    QString text;
    for (const model::Finding& finding : findings) {
        text += finding.line > 0 ? QStringLiteral("%1:%2:%3: ").arg(path, QString::number(finding.line), QString::number(finding.column))
                                 : path + QStringLiteral(": ");
        text += severityWord(finding.severity) + QStringLiteral(": ") + finding.message;
        if (!finding.hint.isEmpty()) {
            text += QStringLiteral(" (") + finding.hint + QLatin1Char(')');
        }
        text += QLatin1Char('\n');
    }
    return text;
}

QJsonArray toJson(const model::Findings& findings) {
    QJsonArray array;
    for (const model::Finding& finding : findings) {
        array.append(QJsonObject{{QStringLiteral("severity"), severityWord(finding.severity)},
                                 {QStringLiteral("line"), finding.line},
                                 {QStringLiteral("column"), finding.column},
                                 {QStringLiteral("message"), finding.message},
                                 {QStringLiteral("hint"), finding.hint}});
    }
    return array;
}

} // namespace podleaf::labfile
