// SPDX-License-Identifier: GPL-3.0-or-later
// TextForm: how a file's bytes become lines in an editor and bytes again, without a byte that changes on the way.
// Pure; any thread.
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace podleaf::ui {

class TextForm final {
public:
    /// The form of a text; nothing when an editor would not give it back as it is: it mixes line ends, is no UTF-8, or
    /// holds separators that are no line ends in YAML.
    static std::optional<TextForm> of(const QByteArray& bytes);

    /// Lines are parted by '\n'.
    [[nodiscard]] QString toLines(const QByteArray& bytes) const;
    [[nodiscard]] QByteArray toBytes(const QString& lines) const;

private:
    TextForm(bool hasMark, bool hasCarriageReturns) : m_hasMark(hasMark), m_hasCarriageReturns(hasCarriageReturns) {}
    bool m_hasMark;            ///< UTF-8's byte order mark.
    bool m_hasCarriageReturns; ///< Before every '\n'.
};

/// Characters [at, at + removed) of one text make way for `inserted`.
struct LineSplice {
    qsizetype at = 0;
    qsizetype removed = 0;
    QString inserted;
};
/// The smallest one; it parts no surrogate pair.
LineSplice spliceBetween(const QString& before, const QString& after);

} // namespace podleaf::ui
