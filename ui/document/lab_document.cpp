// SPDX-License-Identifier: GPL-3.0-or-later
// LabDocument: see the header.
#include "lab_document.h"

#include <core/labfile/patch.h>

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace podleaf::ui {

namespace {
/// Long enough not to underline each half-written word, short enough to be noticed at once.
constexpr int kTypingPauseMs = 200;
} // namespace

LabDocument::LabDocument(labfile::LabSource source, QObject* parent)
    : QObject(parent), m_path(std::move(source.path)), m_text(std::move(source.text)), m_savedText(m_text),
      m_lab(std::move(source.parsed.lab)), m_findings(std::move(source.parsed.findings)), m_isCurrent(m_lab.has_value()),
      m_parser(
          [](const Request& request, const std::stop_token&) {
              return Answer{request.revision, labfile::parse(request.text)};
          },
          [this](Answer answer) { adopt(std::move(answer)); }) {
    m_typingPause.setSingleShot(true);
    m_typingPause.setInterval(kTypingPauseMs);
    connect(&m_typingPause, &QTimer::timeout, this, &LabDocument::parseNow);
}

LabDocument::~LabDocument() = default;

QString LabDocument::fileName() const {
    const QFileInfo file(m_path);
    // Labs that come with Podleaf all have a lab.yaml, each in a folder with its name.
    return file.fileName() == QLatin1String("lab.yaml") ? QString(file.dir().dirName() + QLatin1Char('/') + file.fileName())
                                                        : file.fileName();
}

QString LabDocument::name() const {
    return isValid() ? lab().id.name : QFileInfo(m_path).completeBaseName();
}

QString LabDocument::fault() const {
    const auto error = std::ranges::find(m_findings, model::Severity::Error, &model::Finding::severity);
    return error == m_findings.end() ? QString() : tr("line %1: %2").arg(error->line).arg(error->message);
}

labfile::LabSource LabDocument::source() const {
    return {m_path, m_text, {m_isCurrent ? m_lab : std::nullopt, m_findings}};
}

Result<> LabDocument::apply(const model::Edits& edits, const QString& name) {
    auto patched = labfile::patch(m_text, edits);
    if (!patched) {
        return fail(std::move(patched.error()));
    }
    if (patched->text != m_text) {
        m_undoStack.push(new TextChange(*this, spliceBetween(m_text, patched->text), name, TextChange::Kind::Edit));
        m_isCurrent = true; // Known already; the parser only looks for warnings.
        adoptLab(std::move(patched->lab));
    }
    return {};
}

void LabDocument::setText(const QByteArray& text, const QString& name, TextChange::Kind kind) {
    if (text != m_text) {
        m_undoStack.push(new TextChange(*this, spliceBetween(m_text, text), name, kind));
    }
}

void LabDocument::splice(const Splice& splice, TextChange::Kind kind) {
    const bool wasModified = isModified();
    splice.applyTo(m_text);
    ++m_revision;
    m_isCurrent = false;
    Q_EMIT textChanged(splice);
    if (wasModified != isModified()) {
        Q_EMIT savedChanged();
    }
    if (kind == TextChange::Kind::Typing) {
        m_typingPause.start();
    } else {
        parseNow();
    }
}

void LabDocument::parseNow() {
    m_typingPause.stop();
    m_parser.request({m_revision, m_text});
}

void LabDocument::adopt(Answer answer) {
    if (answer.revision != m_revision) {
        return; // Written on meanwhile: the answer to that is under way.
    }
    m_findings = std::move(answer.parsed.findings);
    m_isCurrent = answer.parsed.lab.has_value();
    if (answer.parsed.lab) {
        adoptLab(std::move(*answer.parsed.lab));
    }
    Q_EMIT parsed();
}

void LabDocument::adoptLab(model::Lab lab) {
    if (!m_lab || *m_lab != lab) {
        m_lab = std::move(lab);
        Q_EMIT labChanged();
    }
}

void LabDocument::setSaved(const QString& path, const QByteArray& text) {
    m_path = path;
    m_savedText = text;
    if (!isModified()) {
        m_undoStack.setClean();
    }
    Q_EMIT savedChanged();
}

} // namespace podleaf::ui
