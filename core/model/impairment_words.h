// SPDX-License-Identifier: GPL-3.0-or-later
// How losses, rates and delays are written, in lab files and on the command line alike. Pure; any thread.
#pragma once

#include "impairment.h"

#include <core/base/result.h>

#include <QString>

namespace podleaf::model {

/// Errors of all: InvalidInput, with what would be right as hint.
/// "5", "5%", "0.25 %": hundredths of a percent.
Result<std::uint32_t> parseLoss(const QString& text);
/// "500", "500kbit", "1.5mbit", "1gbit"; "0" and "none" are no limit.
Result<std::uint32_t> parseRate(const QString& text);
/// "50", "50ms", "1.5s", "200us"; "0" and "none" are no delay. Microseconds.
Result<std::uint32_t> parseDelay(const QString& text);

/// As the parsers read them: "2.5%", "1.5mbit", "50ms".
QString lossWord(std::uint32_t loss);
QString rateWord(std::uint32_t rateKbit);
QString delayWord(std::uint32_t delayMicroseconds);

} // namespace podleaf::model
