#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/gin_tail.hpp>
#include <ousage/ollama/log/detail/sse2.hpp>
#include <ousage/ollama/log/gin_line.hpp>
#include <ousage/ollama/log/route.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#if OUSAGE_WITH_SSE2

namespace OUSAGE_NAMESPACE::ollama::detail {

// A parsed tail, including its newline.
struct CachedTail {
    static constexpr std::ptrdiff_t limit = 64;

    alignas(16) std::array<char, limit> text{}; // no tail starts with a NUL
    std::size_t size = 32;                      // 32 to 64: the number of bytes compared
    std::uint8_t client_size = 0, method_size = 0, path_size = 0;
    Route route = Route::other;

    // The first 32 bytes and the last 32 bytes cover the whole tail.
    [[gnu::always_inline]] bool matches(char const* bar) const noexcept {
        auto const first = _mm_and_si128(same_at(bar, 0), same_at(bar, 16));
        auto const last = _mm_and_si128(same_at(bar, size - 32), same_at(bar, size - 16));
        return mask_of(_mm_and_si128(first, last)) == 0xFFFF;
    }

    // Sets the fields of a line that has this tail.
    void set_fields(char const* bar, GinLine& into) const noexcept {
        into.client = {bar + GinTail::client_end - client_size, client_size};
        into.method = {bar + GinTail::method_start, method_size};
        into.quoted_path = {bar + GinTail::path_start, path_size};
    }

private:
    __m128i same_at(char const* bar, std::size_t offset) const noexcept {
        return _mm_cmpeq_epi8(load_16(bar + offset), load_16(text.data() + offset));
    }
};

// A cache of parsed tails: a few clients that request a few paths produce the same tails again and
// again. Each tail has one slot, and a slot contains the last tail stored there.
class TailCache {
public:
    // Returns null if the tail is not cached, or if it is too close to the end of the bytes.
    CachedTail const* find(char const* bar, char const* limit) const noexcept {
        if (limit - bar < CachedTail::limit || slots_.empty()) {
            return nullptr;
        }
        auto const& tail = slots_[slot_of(bar)];
        return tail.matches(bar) ? &tail : nullptr;
    }

    void store(char const* bar, char const* limit, GinLine const& line, Route route) {
        auto const size = GinTail::path_start + line.quoted_path.size() + 2;
        if (limit - bar < CachedTail::limit || size > std::size_t{CachedTail::limit}) {
            return;
        }
        if (slots_.empty()) {
            slots_.resize(slot_count);
        }
        auto& tail = slots_[slot_of(bar)];
        std::copy_n(bar, tail.text.size(), tail.text.begin());
        tail.client_size = static_cast<std::uint8_t>(line.client.size());
        tail.method_size = static_cast<std::uint8_t>(line.method.size());
        tail.path_size = static_cast<std::uint8_t>(line.quoted_path.size());
        tail.size = size;
        tail.route = route;
    }

private:
    static constexpr std::size_t slot_count = 2048;

    // Hashes the end of the client and six bytes of the path. The four bytes of the path before
    // them vary little.
    static std::size_t slot_of(char const* bar) noexcept {
        auto const client = load_8(bar + GinTail::client_end - 8);
        auto const path = load_8(bar + GinTail::path_start + 4) << 16;
        return static_cast<std::size_t>((client ^ path) * 0x9E37'79B9'7F4A'7C15 >> 53);
    }

    std::vector<CachedTail> slots_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail

#endif
