#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/engine_scan.hpp>
#include <ousage/ollama/log/detail/line_scan.hpp>
#include <ousage/ollama/log/detail/sse2.hpp>

#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Which texts of the engine a line may contain. A false member is certain.
struct EngineKeys {
    bool slot = true;      // `slot `
    bool message = true;   // `msg="`
    bool cancel = true;    // `cancel task, `
    bool offloaded = true; // `offloaded `
    bool time = true;      // `l time =`
};

// Searches for the texts by two rare characters of each, in one pass.
inline EngineKeys find_engine_keys(std::string_view line) noexcept {
#if OUSAGE_WITH_SSE2
    if (line.size() >= 17) {
        auto slot = _mm_setzero_si128(), message = slot, cancel = slot, offloaded = slot,
             time = slot;
        for_each_block<2>(line, [&](char const* at) noexcept {
            auto const first = load_16(at), second = load_16(at + 1);
            auto const pair = [&](char one, char other) noexcept {
                return _mm_and_si128(bytes_equal(first, one), bytes_equal(second, other));
            };
            slot = _mm_or_si128(slot, pair('s', 'l'));
            message = _mm_or_si128(message, pair('=', '"'));
            cancel = _mm_or_si128(cancel, pair('k', ','));
            offloaded = _mm_or_si128(offloaded, pair('f', 'f'));
            time = _mm_or_si128(time, pair('l', ' '));
        });
        return {
            mask_of(slot) != 0, mask_of(message) != 0, mask_of(cancel) != 0,
            mask_of(offloaded) != 0, mask_of(time) != 0};
    }
#else
    static_cast<void>(line);
#endif
    return {};
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
