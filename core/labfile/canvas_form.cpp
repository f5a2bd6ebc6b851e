// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas_form.h"

namespace podleaf::labfile {

ItemFields groupFields(const model::Group& group) {
    return {{QStringLiteral("name"), group.name}, {QStringLiteral("nodes"), QLatin1Char('[') + group.nodeNames() + QLatin1Char(']')}};
}

ItemFields noteFields(const model::Note& note) {
    return {{QStringLiteral("text"), quotedValue(note.text)}, {QStringLiteral("position"), positionValue(note.position)}};
}

QString positionValue(const model::Position& position) {
    return QStringLiteral("[%1, %2]").arg(position.x).arg(position.y);
}

QString quotedValue(const QString& text) {
    QString value(QLatin1Char('"'));
    for (const QChar c : text) {
        if (c == QLatin1Char('\n')) {
            value += QStringLiteral("\\n");
        } else if (c == QLatin1Char('"') || c == QLatin1Char('\\')) {
            value += QLatin1Char('\\');
            value += c;
        } else if (c.unicode() < 0xA0 && !c.isPrint()) {
            value += QStringLiteral("\\x%1").arg(c.unicode(), 2, 16, QLatin1Char('0'));
        } else {
            value += c;
        }
    }
    return value + QLatin1Char('"');
}

} // namespace podleaf::labfile
