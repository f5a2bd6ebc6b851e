// SPDX-License-Identifier: GPL-3.0-or-later
// Fuzzer: any bytes as a lab file. They end in a lab or in errors, never in both, and each time
// the same; a lab that is written out is the same lab.
#include <core/labfile/labfile.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace podleaf;
    const auto text = QByteArray::fromRawData(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    const auto first = labfile::parse(text);
    const bool hasError = std::ranges::any_of(first.findings, [](const auto& f) { return f.severity == model::Severity::Error; });
    const auto isTold = [](const model::Finding& f) { return !f.message.isEmpty() && f.line >= 0 && f.column >= 0; };
    const auto second = labfile::parse(text);
    const bool isRight = first.lab.has_value() != hasError && std::ranges::all_of(first.findings, isTold) && first.lab == second.lab &&
                         first.findings == second.findings;
    // A lab written out parses to an equal one.
    const bool isWritable = !first.lab || labfile::parse(labfile::toYaml(*first.lab)).lab == first.lab;
    if (!isRight || !isWritable) {
        std::abort();
    }
    return 0;
}
