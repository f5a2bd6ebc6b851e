// SPDX-License-Identifier: GPL-3.0-or-later
#include "layering.h"

#include <QDir>
#include <QRegularExpression>

#include <algorithm>
#include <vector>

namespace podleaf::meta {

namespace {

/// A folder and what it may include of ours: folders, or single headers. Base and model are written out.
struct Layer {
    QString folder;
    QStringList may;
};

/// A header of somebody else's and the folders whose .cpp files (`alsoHeaders`: and .h files) may include it.
struct Foreign {
    QRegularExpression header;
    QStringList folders;
    bool alsoHeaders;
};

QString text(const char* latin1) {
    return QString::fromLatin1(latin1);
}
QStringList words(const char* latin1) {
    return text(latin1).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

const std::vector<Layer>& layers() {
    static const std::vector<Layer> kLayers = {
        {text("core/base"), {}},
        {text("core/model"), words("core/base")},
        {text("core/labfile"), words("core/base core/model")},
        {text("core/blueprint"), words("core/base core/model")},
        {text("core/intent"), words("core/base core/model")},
        {text("core/state"), words("core/base core/model")},
        {text("core/plan"), words("core/base")},
        {text("core/capture"), words("core/base")},
        {text("core/channel"), words("core/base")},
        {text("core/kube"), words("core/base core/channel")},
        {text("core/artifacts"), words("core/base")},
        {text("core/engine"), words("core/base core/model core/channel")},
        {text("core/deploy"), words("core/base core/model core/engine core/blueprint core/plan core/channel core/state")},
        {text("core/observe"), words("core/base core/model core/channel core/kube core/engine core/state")},
        {text("core/verify"), words("core/base core/model core/intent core/state core/channel")},
        {text("core/session"), words("core")},
        {text("ui/feed"), words("core/base core/state")},
        {text("ui"),
         words("core/base core/model core/labfile core/state core/capture core/session core/verify/results.h core/verify/trace_path.h "
               "core/plan/plan.h")},
        {text("app/cli"), words("core")},
        {text("app/pause"), {}},
        {text("app/router"),
         words("app/labhost/failure.h app/labhost/loop.h app/labhost/netlink_attributes.h app/labhost/programs.h core/base/unique_fd.h")},
        {text("app/desktop"), words("core ui")},
        {text("app/labhost"), words("core/channel/labhost_leavings.h core/channel/labhost_wire.h core/channel/labhost_frame.h "
                                    "core/channel/labhost_messages.h core/channel/labhost_mac.h "
                                    "core/base/unique_fd.h")},
    };
    return kLayers;
}

const std::vector<Foreign>& foreignHeaders() {
    const auto pattern = [](const char* regex) { return QRegularExpression(QRegularExpression::anchoredPattern(text(regex))); };
    static const std::vector<Foreign> kForeign = {
        {pattern("yaml-cpp/.*"), words("core/labfile"), false},
        {pattern("libmnl/.*"), words("core/observe app/labhost app/router"), false},
        {pattern("libssh/.*"), words("core/channel"), false},
        {pattern("openssl/.*"), words("core/artifacts"), false},
        {pattern("vterm(_keycodes)?\\.h"), words("ui/console"), false},
        {pattern("qcustomplot\\.h"), words("ui/plots"), false},
        {pattern("nlohmann/.*"), words("app/labhost app/router"), false},
        {pattern("CLI/.*"), words("app/cli"), true},
        {pattern("tl/.*"), words("core/base"), true},
        {pattern("(QtGui|QtWidgets|QtSvg|QtSvgWidgets)(/.*)?"), words("ui app/desktop"), true},
        {pattern("Q(Gui)?Application|Q(Graphics|Widget|Window|Paint|Color|Font|Icon|Image|Pixmap|Pen|Brush|Palette|Svg|Style|Dock|Menu|"
                 "Action|Table|Tree)"
                 "(?!Core).*"),
         words("ui app/desktop"), true},
        {pattern("Q[A-Z].*|Qt[A-Z].*/.*"), words("core ui app/cli app/desktop"), true},
    };
    return kForeign;
}

bool isWithin(const QString& path, const QString& folder) {
    return path == folder || path.startsWith(folder + QLatin1Char('/'));
}
bool isWithinAny(const QString& path, const QStringList& folders) {
    return std::any_of(folders.begin(), folders.end(), [&path](const QString& folder) { return isWithin(path, folder); });
}

/// The path in the checkout that an #include means, or empty when the header is somebody else's.
QString ownHeader(const QString& includer, const QString& included, bool quoted) {
    if (isWithinAny(included, words("core ui app tests"))) {
        return included;
    }
    return quoted ? QDir::cleanPath(includer.section(QLatin1Char('/'), 0, -2) + QLatin1Char('/') + included) : QString();
}

/// What is wrong with `path` including `included`, or empty.
QString mistake(const QString& path, const Layer& layer, const QString& included, bool quoted) {
    const QString own = ownHeader(path, included, quoted);
    if (!own.isEmpty()) {
        const bool allowed = isWithin(own, layer.folder) || isWithinAny(own, layer.may);
        return allowed ? QString() : text("%1 may not include %2").arg(layer.folder, own);
    }
    for (const Foreign& foreign : foreignHeaders()) {
        if (!foreign.header.match(included).hasMatch()) {
            continue;
        }
        if (!isWithinAny(path, foreign.folders)) {
            return text("<%1> stays in %2").arg(included, foreign.folders.join(text(", ")));
        }
        if (!foreign.alsoHeaders && path.endsWith(text(".h"))) {
            return text("<%1> stays in .cpp files").arg(included);
        }
        return {};
    }
    return {};
}

} // namespace

QString layerOf(const QString& path) {
    for (const Layer& layer : layers()) {
        if (isWithin(path, layer.folder)) {
            return layer.folder;
        }
    }
    return {};
}

QStringList knownLayers() {
    QStringList folders;
    for (const Layer& layer : layers()) {
        folders.append(layer.folder);
    }
    return folders;
}

QStringList sharedWithLabHost() {
    return std::find_if(layers().begin(), layers().end(), [](const Layer& layer) { return layer.folder == text("app/labhost"); })->may;
}

QStringList layeringMistakes(const QString& path, const QString& content) {
    const auto layer = std::find_if(layers().begin(), layers().end(), [&path](const Layer& one) { return isWithin(path, one.folder); });
    if (layer == layers().end()) {
        return {text("%1:1: its folder has no row in the layering table").arg(path)};
    }
    static const QRegularExpression kInclude(text("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]"));
    QStringList mistakes;
    const QStringList lines = content.split(QLatin1Char('\n'));
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QRegularExpressionMatch match = kInclude.match(lines[i]);
        if (!match.hasMatch()) {
            continue;
        }
        const QString wrong = mistake(path, *layer, match.captured(2), match.captured(1) == QLatin1String("\""));
        if (!wrong.isEmpty()) {
            mistakes.append(text("%1:%2: %3").arg(path).arg(i + 1).arg(wrong));
        }
    }
    return mistakes;
}

} // namespace podleaf::meta
