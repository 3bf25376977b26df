// A parsed time is unchanged after it is written and parsed again.
#include <ousage/core/duration.hpp>
#include <ousage/core/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = std::string_view(reinterpret_cast<char const*>(data), size);
    (void)ousage::parse_duration(text).has_value();
    auto const time = ousage::parse_rfc3339(text);
    // If the offset moves the year out of the range 0001 to 9999, the time cannot be written.
    if (time && time->at > std::chrono::sys_days(std::chrono::year(2) / 1 / 1) &&
        time->at < std::chrono::sys_days(std::chrono::year(9998) / 1 / 1)) {
        if (ousage::parse_rfc3339(ousage::to_rfc3339(*time)) != time) {
            __builtin_trap();
        }
    }
    return 0;
}
