// SPDX-License-Identifier: GPL-3.0-or-later
#include "result.h"

#include <QStringList>

namespace podleaf {

Error wrapError(const QString& context, Error inner) {
    Error outer{inner.code, context + QStringLiteral(": ") + inner.message, inner.detail, inner.hint, {}};
    outer.cause = std::make_shared<const Error>(std::move(inner));
    return outer;
}

QString describe(const Error& error) {
    QString text = error.message;
    const QStringList lines = error.detail.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    for (const QString& line : lines) {
        text += QStringLiteral("\n    ") + line;
    }
    if (!error.hint.isEmpty()) {
        text += QStringLiteral("\nHint: ") + error.hint;
    }
    return text;
}

} // namespace podleaf
