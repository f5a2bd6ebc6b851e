// SPDX-License-Identifier: GPL-3.0-or-later
#include "fault_options.h"

#include <core/model/impairment_words.h>

#include <QCoreApplication>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

} // namespace

Result<engine::Senders> parseSenders(const QString& word, const model::Link& link) {
    const auto names = [&word, &link](std::size_t end, QLatin1StringView letter) {
        return word.compare(letter, Qt::CaseInsensitive) == 0 || word == link.ends[end].node.name || word == link.ends[end].toString();
    };
    if (word.isEmpty() || word == QLatin1String("both")) {
        return engine::Senders::Both;
    }
    if (names(0, QLatin1StringView("A"))) {
        return engine::Senders::A;
    }
    if (names(1, QLatin1StringView("B"))) {
        return engine::Senders::B;
    }
    return fail(ErrorCode::InvalidInput, tr("%1 has no end named %2.").arg(link.id.name, word), {},
                tr("A is %1, B is %2; or both.").arg(link.ends[0].toString(), link.ends[1].toString()));
}

Result<engine::ImpairmentChange> parseChange(const ImpairOptions& options) {
    engine::ImpairmentChange change;
    const auto take = [](const QString& text, Result<std::uint32_t> (*parse)(const QString&), std::optional<std::uint32_t>& into) {
        if (text.isEmpty()) {
            return Result<>();
        }
        auto value = parse(text);
        if (!value) {
            return Result<>(fail(std::move(value.error())));
        }
        into = *value;
        return Result<>();
    };
    for (const auto& [text, parse, into] :
         {std::tuple(&options.loss, &model::parseLoss, &change.loss), std::tuple(&options.rate, &model::parseRate, &change.rateKbit),
          std::tuple(&options.delay, &model::parseDelay, &change.delayMicroseconds)}) {
        if (auto taken = take(*text, parse, *into); !taken) {
            return fail(std::move(taken.error()));
        }
    }
    return change;
}

} // namespace podleaf::cli
