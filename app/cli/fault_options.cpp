// SPDX-License-Identifier: GPL-3.0-or-later
#include "fault_options.h"

#include <core/channel/labhost_faults.h>

#include <QCoreApplication>

#include <cmath>
#include <initializer_list>

namespace podleaf::cli {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Cli", text);
}

struct Unit {
    QLatin1StringView name;
    double factor;
};

/// A number with one of these units, in the smallest one; nullopt for anything else. Units are listed longest first.
std::optional<double> parseQuantity(const QString& text, double factorOfBare, std::initializer_list<Unit> units) {
    QString number = text.trimmed().toLower();
    if (number == QLatin1String("none")) {
        return 0;
    }
    double factor = factorOfBare;
    for (const Unit& unit : units) {
        if (number.endsWith(unit.name)) {
            number = number.chopped(unit.name.size()).trimmed();
            factor = unit.factor;
            break;
        }
    }
    bool isNumber = false;
    const double value = number.toDouble(&isNumber) * factor;
    return isNumber && std::isfinite(value) && value >= 0 && value < 4e9 ? std::optional(std::round(value)) : std::nullopt;
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

Result<std::uint32_t> parseLoss(const QString& text) {
    const auto loss = parseQuantity(text, 100, {{QLatin1StringView("%"), 100}});
    if (!loss || *loss > labhost::kMaxLoss) {
        return fail(ErrorCode::InvalidInput, tr("“%1” is not a loss.").arg(text), {}, tr("A loss is 0 to 100 percent, as in 2.5."));
    }
    return static_cast<std::uint32_t>(*loss);
}

Result<std::uint32_t> parseRate(const QString& text) {
    const auto rate =
        parseQuantity(text, 1, {{QLatin1StringView("kbit"), 1}, {QLatin1StringView("mbit"), 1000}, {QLatin1StringView("gbit"), 1'000'000}});
    if (!rate || (*rate != 0 && *rate < labhost::kMinRateKbit) || *rate > labhost::kMaxRateKbit) {
        return fail(ErrorCode::InvalidInput, tr("“%1” is not a rate.").arg(text), {},
                    tr("A rate is 8kbit to 10gbit a second, as in 500kbit or 1.5mbit; 0 is no limit."));
    }
    return static_cast<std::uint32_t>(*rate);
}

Result<std::uint32_t> parseDelay(const QString& text) {
    const auto delay =
        parseQuantity(text, 1000, {{QLatin1StringView("us"), 1}, {QLatin1StringView("ms"), 1000}, {QLatin1StringView("s"), 1'000'000}});
    if (!delay || *delay > labhost::kMaxDelayMicroseconds) {
        return fail(ErrorCode::InvalidInput, tr("“%1” is not a delay.").arg(text), {},
                    tr("A delay is at most 10s, as in 50ms; 0 is none."));
    }
    return static_cast<std::uint32_t>(*delay);
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
         {std::tuple(&options.loss, &parseLoss, &change.loss), std::tuple(&options.rate, &parseRate, &change.rateKbit),
          std::tuple(&options.delay, &parseDelay, &change.delayMicroseconds)}) {
        if (auto taken = take(*text, parse, *into); !taken) {
            return fail(std::move(taken.error()));
        }
    }
    return change;
}

} // namespace podleaf::cli
