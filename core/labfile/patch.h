// SPDX-License-Identifier: GPL-3.0-or-later
// Edits of a lab → the smallest change of its file: lines that need not change stay as they are, byte for byte,
// comments included. Pure; any thread.
#pragma once

#include <core/base/result.h>
#include <core/model/edits.h>

#include <QByteArray>

namespace podleaf::labfile {

struct Patched {
    QByteArray text;
    model::Lab lab;       ///< What the text parses to.
    model::Edits inverse; ///< Patched into the text, it gives a lab equal to the one before.
};

/// Writes the edits into the text, reads it again, and compares with what model::apply gives. What exists keeps its
/// numbers; where the file would choose others now, they are written out. Chosen by the file are the numbers of what is
/// new, the loopbacks that hosts need or no longer need, and the places and addresses of pods that nobody gave.
/// Errors: those of model::apply; InvalidInput when the file or what would become of it is no valid lab (findings in
/// detail), when a part comes from the short form `fabric:`, or is written in a way that is not understood.
Result<Patched> patch(const QByteArray& text, const model::Edits& edits);

/// What differs, line by line: "-old" and "+new" below "@@ line N @@", for a person to read.
QString difference(const QByteArray& before, const QByteArray& after);

} // namespace podleaf::labfile
