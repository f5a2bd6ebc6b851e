// SPDX-License-Identifier: GPL-3.0-or-later
// Report: where the stages of reading a lab file put what they find wrong; bounded, so that a hostile
// file cannot fill the memory with findings. One parse, one thread.
#pragma once

#include <core/model/finding.h>

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <compare>

namespace podleaf::labfile {

/// A place in the text as the YAML parser counts: from 0, the column in bytes. Line -1 is "no place".
struct Place {
    int line = -1;
    int byteColumn = 0;
    auto operator<=>(const Place&) const = default;
};

class Report {
public:
    /// Findings beyond this many are counted but not kept.
    static constexpr size_t kMaxFindings = 200;

    /// What cannot be printed is replaced, so that a message is safe on a terminal whatever the file holds.
    void error(Place place, const QString& message, const QString& hint = {});
    void warning(Place place, const QString& message, const QString& hint = {});

    [[nodiscard]] bool hasErrors() const { return m_errors > 0; }
    /// No more findings are kept: costly hints are not worth making.
    [[nodiscard]] bool isFull() const { return m_findings.size() >= kMaxFindings; }

    /// Sorted by place, with 1-based lines and columns counted in characters of `text`.
    [[nodiscard]] model::Findings take(const QByteArray& text);

private:
    struct Entry {
        Place place;
        model::Severity severity;
        QString message;
        QString hint;
    };
    void add(Entry entry);

    std::vector<Entry> m_findings;
    size_t m_errors = 0;
    size_t m_dropped = 0;
};

/// Text from the file as a message shows it: in quotes, at most 48 characters.
QString quoted(const QString& text);

/// The word of `known` most like `word` ("did you mean"), or empty when none is near.
QString nearest(const QString& word, const QStringList& known);

/// The hint for a word that is none of `known`: the nearest one if there is one, else all of them (or
/// the first sixteen).
QString knownWordsHint(const QString& word, const QStringList& known);

} // namespace podleaf::labfile
