// The line parser against its slow twin: where the parser reads a line, the twin reads the same.
#include "check.hpp"
#include "support/gin_line_twin.hpp"
#include <ousage/ollama/gin_line.hpp>
#include <ousage/ollama/gin_path.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const line = std::string(reinterpret_cast<char const*>(data), size);
    auto const found = ousage::ollama::parse_gin_line(line);
    check(!found || ousage::ollama::claims_to_be_gin_line(line));
    if (found) {
        check(found->status >= 100 && found->status <= 999);
        auto const path = ousage::ollama::unquote_gin_path(found->quoted_path);
        check(path.path.size() + path.query.size() <= found->quoted_path.size());
    }
    // One entry from the first mark: both must agree on it. A colour within a word is read as
    // blanks by the one and as nothing by the other, so lines with an escape are left to the first.
    auto const mark = line.find(ousage::ollama::gin_mark);
    if (mark != line.npos && line.find('\x1b') == line.npos) {
        auto const behind = line.substr(mark + ousage::ollama::gin_mark.size());
        auto const ours = ousage::ollama::detail::parse_behind_mark(behind);
        auto const twin = ousage::test::read_behind_mark(behind);
        auto const latency =
            twin ? ousage::ollama::detail::parse_latency(twin->latency) : std::nullopt;
        check(ours.has_value() == (twin.has_value() && latency.has_value()));
        if (ours) {
            check(std::to_string(ours->status) == twin->status && ours->latency_ns == *latency);
            check(ours->client == twin->client && ours->method == twin->method);
            check(ours->quoted_path == twin->quoted);
        }
    }
    return 0;
}
