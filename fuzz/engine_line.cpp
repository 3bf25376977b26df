// Compares the parser of engine lines with a slow reference parser: both accept the same lines and
// return the same fields.
#include "check.hpp"
#include "support/engine_line_reference.hpp"
#include <ousage/ollama/log/engine_line.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const line = std::string(reinterpret_cast<char const*>(data), size);
    auto const found = ousage::ollama::parse_engine_line(line);
    if (found) {
        auto const inside = found->text.empty() ||
                            (found->text.data() >= line.data() &&
                             found->text.data() + found->text.size() <= line.data() + line.size());
        check(inside && found->duration_ns >= 0);
    }
    // std::regex, which the reference uses, is recursive.
    if (size <= 1000) {
        check(ousage::test::engine_fields(line) == ousage::test::engine_reference(line));
    }
    return 0;
}
