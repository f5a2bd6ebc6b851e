// SPDX-License-Identifier: GPL-3.0-or-later
// LabDocument: see the header.
#include "lab_document.h"

#include <QDir>
#include <QFileInfo>

#include <utility>

namespace podleaf::ui {

LabDocument::LabDocument(labfile::LabSource source, QObject* parent) : QObject(parent), m_source(std::move(source)) {}

QString LabDocument::fileName() const {
    const QFileInfo file(m_source.path);
    // Labs that come with Podleaf all have a lab.yaml, each in a folder with its name.
    return file.fileName() == QLatin1String("lab.yaml") ? QString(file.dir().dirName() + QLatin1Char('/') + file.fileName())
                                                        : file.fileName();
}

QString LabDocument::name() const {
    return isValid() ? lab().id.name : QFileInfo(m_source.path).completeBaseName();
}

} // namespace podleaf::ui
