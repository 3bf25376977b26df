#pragma once

#include <ousage/json/locate.hpp>
#include <ousage/json/utf8.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

// Moves through a JSON text without recursion and records the line of every value.
class JsonScan {
public:
    explicit JsonScan(std::string_view text) : text_(text) {}

    JsonLocations run() && {
        skip_spaces();
        found_.good = values() && next_ == text_.size();
        found_.last_line = line_;
        return std::move(found_);
    }

private:
    // An object or array that is not closed yet.
    struct Level {
        bool object;
        std::size_t index;     // of the current element
        std::size_t path_size; // of the path of the object or array
    };

    bool values() {
        do {
            found_.lines.emplace(path_, line_);
            auto const bracket = at();
            if (bracket == '{' || bracket == '[') {
                if (levels_.size() == 64) {
                    return false;
                }
                take(bracket);
                levels_.push_back({bracket == '{', 0, path_.size()});
                if (!take(closing())) {
                    if (!next_child()) {
                        return false;
                    }
                    continue;
                }
                levels_.pop_back();
            } else if (bracket == '"' ? !string() : !scalar()) {
                return false;
            }
            if (!close_levels()) {
                return false;
            }
        } while (!levels_.empty());
        return true;
    }

    // After a value: closes levels until another value follows.
    bool close_levels() {
        while (!levels_.empty()) {
            path_.resize(levels_.back().path_size);
            if (take(',')) {
                return next_child();
            }
            if (!take(closing())) {
                return false;
            }
            levels_.pop_back();
        }
        return true;
    }

    // Appends the next key or index to the path.
    bool next_child() {
        auto& level = levels_.back();
        if (!level.object) {
            path_ += "[" + std::to_string(level.index++) + "]";
            return true;
        }
        auto const line = line_;
        auto const start = next_ + 1;
        if (at() != '"' || !string()) {
            return false;
        }
        auto const name = text_.substr(start, string_end_ - start);
        (path_ += path_.empty() ? "" : ".") += name;
        found_.lines.emplace(path_, line);
        return take(':');
    }

    char closing() const { return levels_.back().object ? '}' : ']'; }

    char at() const { return next_ < text_.size() ? text_[next_] : '\0'; }

    // Only white space contains line ends: in a string they must be escaped.
    void skip_spaces() {
        static constexpr std::string_view spaces = " \t\r\n";
        for (; next_ < text_.size() && spaces.find(text_[next_]) != spaces.npos; ++next_) {
            line_ += text_[next_] == '\n' ? 1u : 0u;
        }
    }

    bool take(char character) {
        if (at() != character) {
            return false;
        }
        ++next_;
        skip_spaces();
        return true;
    }

    bool string() {
        ++next_;
        while (next_ < text_.size() && at() != '"') {
            auto const length = utf8_length(text_, next_);
            if (length == 0 || static_cast<unsigned char>(at()) < 0x20) {
                return false;
            }
            next_ += at() == '\\' ? 2 : length;
        }
        string_end_ = next_;
        return take('"');
    }

    bool scalar() {
        static constexpr std::string_view characters =
            "+-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        auto const end = std::min(text_.find_first_not_of(characters, next_), text_.size());
        auto const word = text_.substr(next_, end - next_);
        if (word != "true" && word != "false" && word != "null" && !is_number(word)) {
            return false;
        }
        next_ = end;
        skip_spaces();
        return true;
    }

    static bool is_number(std::string_view word) {
        auto const digits = [&word] {
            auto const count = std::min(word.find_first_not_of("0123456789"), word.size());
            word.remove_prefix(count);
            return count;
        };
        auto const whole = word;
        word.remove_prefix(word.starts_with('-') ? 1 : 0);
        auto const zero = word.starts_with('0');
        auto const count = digits();
        if (count == 0 || (zero && count > 1)) {
            return false;
        }
        if (word.empty()) {
            std::uint64_t value = 0;
            auto const skip = whole.starts_with('-') ? 1u : 0u;
            auto const [end, error] =
                std::from_chars(whole.data() + skip, whole.data() + whole.size(), value);
            return error == std::errc{} && (skip == 0 || value <= std::uint64_t{1} << 63);
        }
        if (word.starts_with('.')) {
            word.remove_prefix(1);
            if (digits() == 0) {
                return false;
            }
        }
        if (word.starts_with('e') || word.starts_with('E')) {
            word.remove_prefix(1);
            word.remove_prefix(word.starts_with('+') || word.starts_with('-') ? 1 : 0);
            if (digits() == 0) {
                return false;
            }
        }
        return word.empty();
    }

    std::string_view text_;
    std::size_t next_ = 0;
    std::size_t line_ = 1;
    std::size_t string_end_ = 0;
    std::string path_;
    std::vector<Level> levels_;
    JsonLocations found_;
};

} // namespace detail

OUSAGE_DECL JsonLocations locate_json(std::string_view text) {
    return detail::JsonScan(text).run();
}

} // namespace OUSAGE_NAMESPACE
