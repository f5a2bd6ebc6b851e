// SPDX-License-Identifier: GPL-3.0-or-later
// Asking for a path: see the header.
#include "file_question.h"

#include <QFileDialog>
#include <QFileInfo>

namespace podleaf::ui {

namespace {

QFileDialog* dialogFor(QWidget* parent, const FileQuestion& question, const std::function<void(const QString&)>& chosen) {
    auto* dialog = new QFileDialog(parent, question.title, {}, question.filters);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent, chosen);
    return dialog;
}

} // namespace

void askWhereToSave(QWidget* parent, const FileQuestion& question, const std::function<void(const QString&)>& chosen) {
    QFileDialog* dialog = dialogFor(parent, question, chosen);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QFileInfo(question.proposal).suffix());
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) { // "SVG (*.svg)"
        dialog->setDefaultSuffix(filter.section(QLatin1Char('.'), -1).chopped(1));
    });
    dialog->selectFile(question.proposal);
    dialog->open();
}

void askWhatToOpen(QWidget* parent, const FileQuestion& question, const std::function<void(const QString&)>& chosen) {
    QFileDialog* dialog = dialogFor(parent, question, chosen);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->open();
}

} // namespace podleaf::ui
