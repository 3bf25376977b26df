#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/gin_line.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// A line that arrives in parts, stored up to the maximum length of a parsed line.
class HeldLine {
public:
    static constexpr std::size_t limit = 65'536;

    bool empty() const noexcept { return text_.empty(); }

    bool is_overlong() const noexcept { return overlong_; }

    bool claims() const noexcept { return claims_to_be_gin_line(text_); }

    // The whole line, if it is not overlong.
    std::string_view text() const noexcept { return text_; }

    void append(std::string_view part) {
        auto const kept = part.substr(0, overlong_ ? 0 : limit - text_.size());
        text_.append(kept);
        part.remove_prefix(kept.size());
        if (!part.empty()) {
            pass_over(part);
        }
    }

    void clear() noexcept {
        text_.clear();
        overlong_ = false;
    }

private:
    // Beyond the limit only the mark matters. Stores the mark if it was found, else the last bytes,
    // which may be the beginning of one.
    void pass_over(std::string_view part) {
        constexpr auto seam = gin_mark.size() - 1;
        overlong_ = true;
        text_.append(part.substr(0, seam));
        if (claims() || claims_to_be_gin_line(part)) {
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
