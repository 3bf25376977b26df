#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Counts the Unicode code points of a text that is added in blocks. Each maximal subpart of invalid
// UTF-8 counts as one, because a reader replaces it with U+FFFD (Unicode 15, chapter 3.9).
class CodePoints {
public:
    void add(std::string_view block) {
        for (std::size_t at = 0; at < block.size();) {
            if (left_ == 0) {
                auto const ascii = count_ascii(block.substr(at));
                count_ += ascii;
                at += ascii;
                if (at == block.size()) {
                    return;
                }
            }
            at += take(static_cast<unsigned char>(block[at])) ? 1U : 0U;
        }
    }

    // The number so far. A sequence truncated by the end of the last block counts as one.
    std::uint64_t count() const noexcept { return count_ + (left_ > 0 ? 1U : 0U); }

private:
    static std::size_t count_ascii(std::string_view text) {
        std::size_t at = 0;
        for (std::uint64_t word = 0; at + 8 <= text.size(); at += 8) {
            std::memcpy(&word, text.data() + at, 8);
            if ((word & 0x8080'8080'8080'8080U) != 0) {
                break;
            }
        }
        while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) {
            ++at;
        }
        return at;
    }

    // Returns false if the byte ends an invalid sequence and must be processed again.
    bool take(unsigned char byte) {
        if (left_ == 0) {
            start(byte);
            return true;
        }
        if (byte < low_ || byte > high_) {
            left_ = 0;
            ++count_;
            return false;
        }
        low_ = 0x80;
        high_ = 0xBF;
        count_ += --left_ == 0 ? 1U : 0U;
        return true;
    }

    void start(unsigned char byte) {
        left_ = byte < 0xC2 || byte > 0xF4 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
        low_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
        high_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
        count_ += left_ == 0 ? 1U : 0U;
    }

    std::uint64_t count_ = 0;
    int left_ = 0; // remaining bytes of the sequence
    unsigned char low_ = 0x80;
    unsigned char high_ = 0xBF;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
