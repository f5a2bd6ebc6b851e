// SPDX-License-Identifier: GPL-3.0-or-later
// Asks for the path of a file in a dialog that is opened, not run: the event loop goes on as before, and so does what
// waits for it. GUI thread.
#pragma once

#include <QString>

#include <functional>

class QWidget;

namespace podleaf::ui {

struct FileQuestion {
    QString title;
    QString proposal; ///< The name that stands in the field.
    QString filters;  ///< As QFileDialog's: "SVG (*.svg);;PNG (*.png)".
};

/// `chosen` is called with the path, unless the dialog is left or `parent` goes before.
void askWhereToSave(QWidget* parent, const FileQuestion& question, const std::function<void(const QString&)>& chosen);
void askWhatToOpen(QWidget* parent, const FileQuestion& question, const std::function<void(const QString&)>& chosen);

} // namespace podleaf::ui
