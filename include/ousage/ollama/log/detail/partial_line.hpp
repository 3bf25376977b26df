#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/gin_line.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// A line that arrives in parts, stored up to the maximum length of a parsed line.
class PartialLine {
public:
    static constexpr std::size_t limit = 65'536;

    bool empty() const noexcept { return text_.empty(); }

    bool is_overlong() const noexcept { return overlong_; }

    bool has_mark() const noexcept { return has_gin_mark(text_); }

    // The whole line, if it is not overlong.
    std::string_view text() const noexcept { return text_; }

    // Runs of NUL, as a file system writes after a crash, do not count towards the limit.
    void append(std::string_view part) {
        for (auto nul = part.find('\0'); nul != part.npos; nul = part.find('\0')) {
            append_text(part.substr(0, nul));
            auto const next = part.find_first_not_of('\0', nul);
            part.remove_prefix(next == part.npos ? part.size() : next);
        }
        append_text(part);
    }

    void clear() noexcept {
        text_.clear();
        overlong_ = false;
    }

private:
    void append_text(std::string_view part) {
        auto const kept = part.substr(0, overlong_ ? 0 : limit - text_.size());
        text_.append(kept);
        part.remove_prefix(kept.size());
        if (!part.empty()) {
            discard(part);
        }
    }

    // Beyond the limit only the mark matters. Stores the mark if it was found, else the last bytes,
    // which may be the beginning of one.
    void discard(std::string_view part) {
        constexpr auto seam = gin_mark.size() - 1;
        overlong_ = true;
        text_.append(part.substr(0, seam));
        if (has_mark() || has_gin_mark(part)) {
            text_ = gin_mark;
        } else {
            auto const rest = part.size() < seam ? text() : part;
            text_ = std::string(rest.substr(rest.size() - seam));
        }
    }

    std::string text_;
    bool overlong_ = false;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
