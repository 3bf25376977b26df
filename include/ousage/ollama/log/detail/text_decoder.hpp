#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Appends a code point as UTF-8. A surrogate becomes U+FFFD.
inline void append_code_point(std::string& into, std::uint32_t point) {
    if (point >= 0xD800 && point < 0xE000) {
        point = 0xFFFD;
    }
    auto const put = [&into](std::uint32_t byte) { into += static_cast<char>(byte); };
    auto const put_next = [&put, point](unsigned shift) { put(0x80 | (point >> shift & 0x3F)); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0 | point >> 6);
        put_next(0);
    } else if (point < 0x10000) {
        put(0xE0 | point >> 12);
        put_next(6);
        put_next(0);
    } else {
        put(0xF0 | point >> 18);
        put_next(12);
        put_next(6);
        put_next(0);
    }
}

// Decodes the bytes of a log, in chunks of any size: UTF-8, or UTF-16 if the log begins with its
// byte order mark. Byte order marks are removed. Other bytes are not changed.
class TextDecoder {
public:
    // Returns the text of the next bytes. The view is valid until the next call.
    std::string_view decode(std::string_view bytes) {
        return form_ == Form::bytes ? bytes : decode_form(bytes);
    }

    // Returns the bytes that are incomplete at the end of the log.
    std::string_view finish() {
        text_.clear();
        if (form_ == Form::unknown) {
            text_ = head_;
        } else if (form_ != Form::bytes && (has_high_ || has_byte_)) {
            append_code_point(text_, 0xFFFD);
        }
        *this = TextDecoder(std::move(text_));
        return text_;
    }

    // Returns true if the bytes are not decoded.
    bool is_plain() const noexcept { return form_ == Form::bytes; }

    // It must be plain.
    template <class Archive>
    void archive(Archive& with) {
        with(form_);
    }

    TextDecoder() = default;

private:
    enum class Form : std::uint8_t { unknown, bytes, little_endian, big_endian };

    explicit TextDecoder(std::string text) : text_(std::move(text)) {}

    std::string_view decode_form(std::string_view bytes) {
        text_.clear();
        if (form_ == Form::unknown) {
            auto const is_first = head_.empty();
            if (is_first && !bytes.empty() && !may_be_mark(bytes.substr(0, 1))) {
                form_ = Form::bytes;
                return bytes;
            }
            auto const count = bytes.size() < 3 - head_.size() ? bytes.size() : 3 - head_.size();
            head_.append(bytes.substr(0, count));
            bytes.remove_prefix(count);
            if (!detect_form()) {
                return {};
            }
            if (form_ == Form::bytes) {
                text_.append(head_).append(bytes);
                return text_;
            }
            decode_16(head_);
        }
        decode_16(bytes);
        return text_;
    }

    static bool may_be_mark(std::string_view head) {
        return std::string_view("\xEF\xBB\xBF").starts_with(head) ||
               std::string_view("\xFF\xFE").starts_with(head) ||
               std::string_view("\xFE\xFF").starts_with(head);
    }

    // Sets the form and removes the mark from `head_`. Returns false if more bytes are required.
    bool detect_form() {
        if (head_.starts_with("\xFF\xFE") || head_.starts_with("\xFE\xFF")) {
            form_ = head_[0] == '\xFF' ? Form::little_endian : Form::big_endian;
            head_.erase(0, 2);
            return true;
        }
        if (head_ == "\xEF\xBB\xBF") {
            head_.clear();
        } else if (may_be_mark(head_)) {
            return false;
        }
        form_ = Form::bytes;
        return true;
    }

    void decode_16(std::string_view bytes) {
        for (auto const character : bytes) {
            auto const byte = static_cast<unsigned char>(character);
            if (!has_byte_) {
                byte_ = byte;
            } else {
                auto const low = form_ == Form::little_endian ? byte_ : byte;
                auto const high = form_ == Form::little_endian ? byte : byte_;
                add_unit(static_cast<std::uint32_t>(high << 8 | low));
            }
            has_byte_ = !has_byte_;
        }
    }

    void add_unit(std::uint32_t unit) {
        auto const is_low = unit >= 0xDC00 && unit < 0xE000;
        if (has_high_ && is_low) {
            append_code_point(text_, 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00));
            has_high_ = false;
            return;
        }
        if (has_high_) {
            append_code_point(text_, 0xFFFD);
        }
        has_high_ = unit >= 0xD800 && unit < 0xDC00;
        high_ = unit;
        if (!has_high_ && unit != 0xFEFF) {
            append_code_point(text_, unit);
        }
    }

    Form form_ = Form::unknown;
    bool has_byte_ = false, has_high_ = false;
    unsigned char byte_ = 0; // the first byte of a unit
    std::uint32_t high_ = 0; // the first unit of a pair
    std::string head_;       // the bytes that may be a byte order mark
    std::string text_;       // the result of the last call
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
