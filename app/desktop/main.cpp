// SPDX-License-Identifier: GPL-3.0-or-later
// podleaf-desktop: the window. The composition root: whatever a part needs is made here and handed over.
// It never gains privilege; started by root it runs and says so.
#include "screenshot.h"

#include <core/labfile/labfile.h>
#include <core/session/lab_backend.h>
#include <core/session/lab_session.h>
#include <ui/window/main_window.h>

#include <QApplication>
#include <QCommandLineParser>

#include <algorithm>
#include <cstdio>

#include <unistd.h>

using namespace podleaf;

namespace {

std::vector<ui::LabEntry> gallery() {
    std::vector<ui::LabEntry> entries;
    for (const auto& lab : labfile::builtinLabs()) {
        if (const auto source = labfile::load(lab.name)) {
            const bool valid = source->parsed.lab.has_value();
            entries.push_back({lab.name, source->path, valid ? static_cast<int>(source->parsed.lab->nodes.size()) : 0});
        }
    }
    return entries;
}

std::vector<ui::LabEntry> labsThatRun(const session::Environment& environment) {
    std::vector<ui::LabEntry> entries;
    for (const session::RunningLab& lab : session::runningLabs(environment)) {
        entries.push_back({lab.lab.name, lab.labFile, 0});
    }
    return entries;
}

std::optional<ui::ThemeMode> themeOf(const QString& word) {
    if (word == QLatin1String("light")) {
        return ui::ThemeMode::Light;
    }
    return word == QLatin1String("dark") ? std::optional(ui::ThemeMode::Dark) : std::nullopt;
}

QSize sizeOf(const QString& text) {
    const QStringList parts = text.split(QLatin1Char('x'));
    return parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
}

std::optional<std::chrono::seconds> secondsOf(const QString& text) {
    bool isNumber = false;
    const int seconds = text.toInt(&isNumber);
    return isNumber ? std::optional(std::chrono::seconds(seconds)) : std::nullopt;
}

void addOptions(QCommandLineParser& arguments) {
    arguments.setApplicationDescription(QApplication::translate("main", "The window of Podleaf: builds, runs and tests BGP labs."));
    arguments.addHelpOption();
    arguments.addVersionOption();
    arguments.addPositionalArgument(
        QStringLiteral("LAB"), QApplication::translate("main", "A lab file or a built-in lab's name; without one the start page opens."),
        QStringLiteral("[LAB]"));
    arguments.addOptions(
        {{QStringLiteral("screenshot"), QApplication::translate("main", "Save the window to FILE and quit."), QStringLiteral("FILE")},
         {QStringLiteral("press"), QApplication::translate("main", "Press plan, up, down or test before the screenshot; may be repeated."),
          QStringLiteral("NAME")},
         {QStringLiteral("dock"), QApplication::translate("main", "Bring a dock to the front before the screenshot; may be repeated."),
          QStringLiteral("NAME")},
         {QStringLiteral("wait"), QApplication::translate("main", "Take the screenshot so long after the lab is shown."),
          QStringLiteral("SECONDS")},
         {QStringLiteral("select"), QApplication::translate("main", "Select a node or cable before the screenshot."),
          QStringLiteral("NAME")},
         {QStringLiteral("lens"),
          QApplication::translate("main", "Choose a lens before the screenshot: state, bgp, routes, flows or traffic."),
          QStringLiteral("NAME")},
         {QStringLiteral("theme"), QApplication::translate("main", "light or dark."), QStringLiteral("NAME")},
         {QStringLiteral("size"), QApplication::translate("main", "Size of the window."), QStringLiteral("WxH")}});
}

/// Whether this is about the program only, which needs no display.
bool asksOnly(int argc, char** argv) {
    static const QStringList kQuestions{QStringLiteral("--version"), QStringLiteral("-v"), QStringLiteral("--help"), QStringLiteral("-h"),
                                        QStringLiteral("--help-all")};
    return std::any_of(argv + 1, argv + argc, [](const char* word) { return kQuestions.contains(QString::fromLocal8Bit(word)); });
}

/// Qt would abort without a display; so this is told before.
bool hasDisplay(int argc, char** argv) {
    const auto isSet = [](const char* name) { return !qEnvironmentVariableIsEmpty(name); };
    return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("QT_QPA_PLATFORM") ||
           std::any_of(argv + 1, argv + argc, [](const char* word) { return QString::fromLocal8Bit(word).endsWith(u"-platform"); });
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication::setApplicationName(QStringLiteral("podleaf-desktop"));
    QCoreApplication::setApplicationVersion(QStringLiteral("0.1.0"));
    QCommandLineParser arguments;
    addOptions(arguments);
    if (asksOnly(argc, argv)) {
        const QCoreApplication application(argc, argv);
        arguments.process(application); // Says it and ends.
    }
    if (!hasDisplay(argc, argv)) {
        std::fputs("There is no display: neither DISPLAY nor WAYLAND_DISPLAY is set.\n"
                   "hint: Start it from a desktop session, or work in the terminal: podleaf up tutorial\n",
                   stderr);
        return 3;
    }
    QApplication application(argc, argv);
    QApplication::setApplicationDisplayName(QStringLiteral("Podleaf"));
    arguments.process(application);

    const session::Environment environment = session::Environment::detect();
    ui::MainWindow window({.opener = ui::sessionOpener(environment),
                           .gallery = gallery(),
                           .settingsFile = ui::ViewSettings::defaultFile(),
                           .privilege = ::geteuid() == 0 ? QApplication::translate("main", "running as root")
                                                         : QApplication::translate("main", "no root needed"),
                           .running = [environment] { return labsThatRun(environment); },
                           .theme = themeOf(arguments.value(QStringLiteral("theme")))});
    if (const QSize size = sizeOf(arguments.value(QStringLiteral("size"))); size.isValid()) {
        window.resize(size);
    }
    if (const QString file = arguments.value(QStringLiteral("screenshot")); !file.isEmpty()) {
        const desktop::Screenshot wanted{.file = file,
                                         .select = arguments.value(QStringLiteral("select")),
                                         .lens = arguments.value(QStringLiteral("lens")),
                                         .press = arguments.values(QStringLiteral("press")),
                                         .docks = arguments.values(QStringLiteral("dock")),
                                         .wait = secondsOf(arguments.value(QStringLiteral("wait")))};
        if (const QString wrong = desktop::wrongWith(window, wanted); !wrong.isEmpty()) {
            std::fprintf(stderr, "%s\n", qPrintable(wrong));
            return 2;
        }
        desktop::takeScreenshot(window, wanted);
    }
    window.show();
    if (const QString lab = arguments.positionalArguments().value(0); !lab.isEmpty()) {
        window.openLab(lab);
    } else {
        Q_EMIT window.settled(); // The start page is all there is to show.
    }
    return QApplication::exec();
}
