#pragma once

#include <ousage/config.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::io {

/// Line numbers in a JSON text: the line of every value by its path, such as
/// `accounts[0].timeout`, and the line of the first syntax error. Used for error messages to the
/// author of the file. `read_json` reads the values but does not record their positions.
class JsonLines {
public:
    /// Scans the text. Deeper nesting than 64 levels is an error.
    explicit JsonLines(std::string_view text) : text_(text) {
        skip_blanks();
        if (value("", 0)) {
            skip_blanks();
            good_ = next_ == text_.size();
        }
    }

    /// True if the whole text is one JSON value.
    bool good() const noexcept { return good_; }

    /// The line, from 1, at which the scan ended. If the text is not `good`, the line of the error.
    std::size_t last_line() const { return line_at(std::min(next_, text_.size())); }

    /// The line, from 1, of the value at that path, or of its key if it is a member of an object.
    /// Returns 1 if there is no such value.
    std::size_t line_of(std::string const& path) const {
        auto const found = offsets_.find(path);
        return found == offsets_.end() ? 1 : line_at(found->second);
    }

    /// The byte offsets of all values by path, sorted by path.
    std::map<std::string, std::size_t> const& paths() const noexcept { return offsets_; }

private:
    std::size_t line_at(std::size_t offset) const {
        auto const before = text_.substr(0, offset);
        return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    }

    char at() const { return next_ < text_.size() ? text_[next_] : '\0'; }

    void skip_blanks() {
        next_ = std::min(text_.find_first_not_of(" \t\r\n", next_), text_.size());
    }

    bool take(char letter) {
        if (at() != letter) {
            return false;
        }
        ++next_;
        skip_blanks();
        return true;
    }

    bool value(std::string const& path, int depth) {
        offsets_.emplace(path, next_);
        switch (at()) {
        case '{': return depth < 64 && members(path, depth);
        case '[': return depth < 64 && elements(path, depth);
        case '"': {
            auto ignored = std::string{};
            return string(ignored);
        }
        default: return scalar();
        }
    }

    bool members(std::string const& path, int depth) {
        take('{');
        if (take('}')) {
            return true;
        }
        do {
            auto name = std::string{};
            auto const start = next_;
            if (at() != '"' || !string(name) || !take(':')) {
                return false;
            }
            auto const whole = path.empty() ? name : path + "." + name;
            offsets_.emplace(whole, start);
            if (!value(whole, depth + 1)) {
                return false;
            }
        } while (take(','));
        return take('}');
    }

    bool elements(std::string const& path, int depth) {
        take('[');
        if (take(']')) {
            return true;
        }
        std::size_t index = 0;
        do {
            if (!value(path + "[" + std::to_string(index++) + "]", depth + 1)) {
                return false;
            }
        } while (take(','));
        return take(']');
    }

    // Escapes are not decoded, because no key of the configuration contains one.
    bool string(std::string& into) {
        auto const start = ++next_;
        while (next_ < text_.size() && at() != '"' && static_cast<unsigned char>(at()) >= 0x20) {
            next_ += at() == '\\' ? 2u : 1u;
        }
        if (at() != '"') {
            return false;
        }
        into = text_.substr(start, next_ - start);
        ++next_;
        skip_blanks();
        return true;
    }

    bool scalar() {
        static constexpr std::string_view letters =
            "+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        auto const end = std::min(text_.find_first_not_of(letters, next_), text_.size());
        auto const word = text_.substr(next_, end - next_);
        auto const number = !word.empty() && (word[0] == '-' || (word[0] >= '0' && word[0] <= '9'));
        if (!number && word != "true" && word != "false" && word != "null") {
            return false;
        }
        next_ = end;
        skip_blanks();
        return true;
    }

    std::string_view text_;
    std::size_t next_ = 0;
    bool good_ = false;
    std::map<std::string, std::size_t> offsets_;
};

} // namespace OUSAGE_NAMESPACE::io
