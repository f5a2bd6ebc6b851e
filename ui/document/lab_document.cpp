// SPDX-License-Identifier: GPL-3.0-or-later
// LabDocument: see the header.
#include "lab_document.h"

#include <QFileInfo>

#include <utility>

namespace podleaf::ui {

LabDocument::LabDocument(labfile::LabSource source, QObject* parent) : QObject(parent), m_source(std::move(source)) {}

QString LabDocument::fileName() const {
    return QFileInfo(m_source.path).fileName();
}

QString LabDocument::name() const {
    return isValid() ? lab().id.name : QFileInfo(m_source.path).completeBaseName();
}

} // namespace podleaf::ui
