// SPDX-License-Identifier: GPL-3.0-or-later
#include "impairment_words.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

#include <cmath>
#include <initializer_list>
#include <optional>

namespace podleaf::model {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Impairment", text);
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
    static const QRegularExpression kNumber(QStringLiteral("^[0-9]{1,10}([.][0-9]{1,10})?$"));
    const double value = kNumber.match(number).hasMatch() ? number.toDouble() * factor : -1;
    return value >= 0 && value < 4e9 ? std::optional(std::round(value)) : std::nullopt;
}

/// In the largest unit of which it is no less than one, without a needless digit.
QString quantityWord(std::uint32_t value, std::initializer_list<Unit> units) {
    for (const Unit& unit : units) {
        if (value >= unit.factor) {
            return QString::number(value / unit.factor, 'f', QLocale::FloatingPointShortest) + unit.name;
        }
    }
    return QStringLiteral("0");
}

} // namespace

Result<std::uint32_t> parseLoss(const QString& text) {
    const auto loss = parseQuantity(text, 100, {{QLatin1StringView("%"), 100}});
    if (!loss || *loss > kMaxLoss) {
        return fail(ErrorCode::InvalidInput, tr("“%1” is not a loss.").arg(text), {}, tr("A loss is 0 to 100 percent, as in 2.5."));
    }
    return static_cast<std::uint32_t>(*loss);
}

Result<std::uint32_t> parseRate(const QString& text) {
    const auto rate =
        parseQuantity(text, 1, {{QLatin1StringView("kbit"), 1}, {QLatin1StringView("mbit"), 1000}, {QLatin1StringView("gbit"), 1'000'000}});
    if (!rate || (*rate != 0 && *rate < kMinRateKbit) || *rate > kMaxRateKbit) {
        return fail(ErrorCode::InvalidInput, tr("“%1” is not a rate.").arg(text), {},
                    tr("A rate is 8kbit to 10gbit a second, as in 500kbit or 1.5mbit; 0 is no limit."));
    }
    return static_cast<std::uint32_t>(*rate);
}

Result<std::uint32_t> parseDelay(const QString& text) {
    const auto delay =
        parseQuantity(text, 1000, {{QLatin1StringView("us"), 1}, {QLatin1StringView("ms"), 1000}, {QLatin1StringView("s"), 1'000'000}});
    if (!delay || *delay > kMaxDelayMicroseconds) {
        return fail(ErrorCode::InvalidInput, tr("“%1” is not a delay.").arg(text), {},
                    tr("A delay is at most 10s, as in 50ms; 0 is none."));
    }
    return static_cast<std::uint32_t>(*delay);
}

QString lossWord(std::uint32_t loss) {
    return QString::number(loss / 100.0, 'f', QLocale::FloatingPointShortest) + QLatin1Char('%');
}

QString rateWord(std::uint32_t rateKbit) {
    return quantityWord(rateKbit,
                        {{QLatin1StringView("gbit"), 1'000'000}, {QLatin1StringView("mbit"), 1000}, {QLatin1StringView("kbit"), 1}});
}

QString delayWord(std::uint32_t delayMicroseconds) {
    return quantityWord(delayMicroseconds,
                        {{QLatin1StringView("s"), 1'000'000}, {QLatin1StringView("ms"), 1000}, {QLatin1StringView("us"), 1}});
}

} // namespace podleaf::model
