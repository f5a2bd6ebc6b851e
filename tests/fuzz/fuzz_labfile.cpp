// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as a lab file. They may be wrong, but then there are findings; never a crash, never both.
#include <core/labfile/labfile.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArray text(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    const podleaf::labfile::Parsed parsed = podleaf::labfile::parse(text);
    if (!parsed.lab && parsed.findings.empty()) {
        std::abort();
    }
    return 0;
}
