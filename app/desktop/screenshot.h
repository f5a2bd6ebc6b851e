// SPDX-License-Identifier: GPL-3.0-or-later
// Screenshot: a picture of the window as a file, for the documentation and for looking at changes. GUI thread.
#pragma once

#include <QStringList>

#include <chrono>
#include <optional>

namespace podleaf::ui {
class MainWindow;
}

namespace podleaf::desktop {

struct Screenshot {
    QString file;                               ///< Where the picture goes; the suffix chooses the format.
    QString select;                             ///< A node or cable to select before; empty: nothing.
    QString lens = {};                          ///< state, bgp, routes, flows or traffic; empty: as the window opens.
    QStringList press = {};                     ///< Buttons to press before, each when the last has ended: plan, up, down or test.
    QStringList docks = {};                     ///< To bring to the front before, by the names in saved layouts.
    std::optional<std::chrono::seconds> wait{}; ///< Since the lab is shown, whether what was pressed has ended or not.
};

/// What asks for something that the window does not have, as a sentence that names what there is; else empty.
[[nodiscard]] QString wrongWith(ui::MainWindow& window, const Screenshot& wanted);

/// Takes the picture once the lab that is being opened is shown, then ends the program: with 0, or with 1
/// when the picture could not be written.
void takeScreenshot(ui::MainWindow& window, const Screenshot& wanted);

} // namespace podleaf::desktop
