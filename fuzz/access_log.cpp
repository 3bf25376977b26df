// Any bytes, at any split, give the same entries and counts.
#include <ousage/ollama/access_log.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

struct Reading {
    std::string entries;
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

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = std::string_view(reinterpret_cast<char const*>(data), size);
    auto const whole = read(bytes, size + 1);
    auto const pieces = read(bytes, 1 + size % 17);
    auto const same = whole.entries == pieces.entries &&
                      whole.counts.lines == pieces.counts.lines &&
                      whole.counts.unparsed == pieces.counts.unparsed && whole.counts.bytes == size;
    if (!same || whole.counts.entries + whole.counts.unparsed > whole.counts.lines) {
        __builtin_trap();
    }
    return 0;
}
