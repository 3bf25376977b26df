// Any bytes as a zone file produce a failure or a usable calendar.
#include <ousage/core/tzif.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = std::string_view(reinterpret_cast<char const*>(data), size);
    auto const zone = ousage::parse_tzif(bytes, "fuzz");
    if (zone) {
        for (std::int64_t at = -5'000'000'000; at < 9'000'000'000; at += 1'234'567'891) {
            auto const time = std::chrono::sys_seconds(std::chrono::seconds(at));
            (void)zone->offset_at(time);
            (void)zone->midnight(time);
        }
    }
    return 0;
}
