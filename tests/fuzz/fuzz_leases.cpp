// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as dnsmasq's lease file and as a daemon's log. Both are bounded and fit to show.
#include "fuzzing.h"

#include <core/observe/text_files.h>
#include <tests/fakes/tutorial_lab.h>

#include <algorithm>

using namespace podleaf;
using namespace podleaf::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArray text = bytesOf(data, size).toByteArray();
    const observe::Leases leases = observe::decodeLeases(text);
    claim(leases.size() <= 4096);
    const model::Lab lab = fakes::tutorialLab();
    for (const auto& [address, mac] : leases) {
        const QString port = observe::portOfAddress(lab, fakes::node("leaf1"), address);
        claim((port == QStringLiteral("swp1")) == fakes::prefix("172.16.0.0/30").contains(address));
        claim(mac.size() == 17 && std::ranges::all_of(mac, [](QChar c) { return QStringView(u"0123456789abcdef:").contains(c); }));
    }
    const QString lines = observe::lastLines(text, 10);
    const auto isForbidden = [](QChar c) { return c.category() == QChar::Other_Control && c != QLatin1Char('\n'); };
    claim(lines.size() <= 10 * 301 && lines.count(QLatin1Char('\n')) < 10 && std::ranges::none_of(lines, isForbidden));
    return 0;
}
