// Any bytes, split at any position, produce the same entries and counts as a slow reference
// implementation.
#include "check.hpp"
#include "support/access_log_reference.hpp"
#include <ousage/ollama/log/access_log.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Reading {
    std::string entries;
    std::vector<std::string> errors;
    ousage::ollama::LogCounts counts;
};

Reading read(std::string_view bytes, std::size_t step) {
    auto reading = Reading{};
    auto const sink = [&reading](ousage::ollama::AccessEntry const& entry) {
        reading.entries += std::to_string(entry.time.time_since_epoch().count()) + " " +
                           std::to_string(entry.line.latency_ns) + " ";
        reading.entries += entry.line.quoted_path;
        for (auto const& error : entry.errors) {
            reading.entries += "!" + error;
            reading.errors.push_back(error);
        }
    };
    auto log = ousage::ollama::AccessLog(ousage::Calendar::utc());
    for (std::size_t start = 0; start < bytes.size(); start += step) {
        log.feed(bytes.substr(start, step), sink);
    }
    log.finish(sink);
    reading.counts = log.counts();
    return reading;
}

// The reference decodes nothing: neither escaped colours nor JSON nor UTF-16. It knows no prefixes
// of error lines.
bool is_plain(std::string_view bytes) {
    for (auto const text : {"ESC[", "#033[", "log\"", "line\"", "MESSAGE\""}) {
        if (bytes.find(text) != bytes.npos) {
            return false;
        }
    }
    for (auto const mark : {"Error #", "     Meta: "}) {
        for (auto at = bytes.find(mark); at != bytes.npos; at = bytes.find(mark, at + 1)) {
            if (at > 0 && bytes[at - 1] != '\n') {
                return false;
            }
        }
    }
    return bytes.find_first_of("\x1b^{\xA0\xE2\xEF\xFE\xFF") == bytes.npos;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = std::string_view(reinterpret_cast<char const*>(data), size);
    auto const whole = read(bytes, size + 1);
    auto const pieces = read(bytes, 1 + size % 17);
    check(whole.entries == pieces.entries && whole.counts.lines == pieces.counts.lines);
    check(whole.counts.unparsed == pieces.counts.unparsed && whole.counts.bytes == size);
    if (is_plain(bytes)) {
        auto const reference = ousage::test::AccessLogReference(std::string(bytes));
        check(whole.counts.lines == reference.lines && whole.counts.unparsed == reference.unparsed);
        check(whole.counts.entries == reference.entries.size());
        check(whole.counts.first_unparsed_line == reference.first_unparsed_line);
        auto errors = std::vector<std::string>();
        for (auto const& entry : reference.entries) {
            errors.insert(errors.end(), entry.errors.begin(), entry.errors.end());
        }
        check(whole.errors == errors);
    }
    return 0;
}
