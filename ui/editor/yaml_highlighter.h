// SPDX-License-Identifier: GPL-3.0-or-later
// YamlHighlighter: keys, comments, texts in quotes and numbers of a lab file. GUI thread.
#pragma once

#include <ui/theme/theme.h>

#include <QSyntaxHighlighter>

namespace podleaf::ui {

class YamlHighlighter final : public QSyntaxHighlighter {
    Q_OBJECT

public:
    /// `theme` must outlive it.
    YamlHighlighter(const Theme& theme, QTextDocument* document);

protected:
    void highlightBlock(const QString& line) override;

private:
    const Theme& m_theme;
};

} // namespace podleaf::ui
