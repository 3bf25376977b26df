// Compares the line parser with a slow reference parser: both accept the same lines and return the
// same fields.
#include "check.hpp"
#include "support/gin_line_reference.hpp"
#include <ousage/ollama/log/gin_line.hpp>
#include <ousage/ollama/log/gin_path.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const line = std::string(reinterpret_cast<char const*>(data), size);
    auto const found = ousage::ollama::parse_gin_line(line);
    check(!found || ousage::ollama::has_gin_mark(line));
    if (found) {
        check(found->status >= 100 && found->status <= 999);
        auto const path = ousage::ollama::unquote_gin_path(found->quoted_path);
        check(path.path.size() + path.query.size() <= found->quoted_path.size());
    }
    // The parser replaces a colour sequence inside a word with spaces; the reference removes it.
    // Lines with an escape are not compared.
    if (line.find('\x1b') == line.npos) {
        auto const reference = ousage::test::read_gin_line(line);
        check(found.has_value() == reference.has_value());
        if (found) {
            check(std::to_string(found->status) == reference->status);
            check(found->latency_ns == ousage::test::read_latency(reference->latency));
            check(found->client == reference->client && found->method == reference->method);
            check(found->quoted_path == reference->quoted);
        }
    }
    return 0;
}
