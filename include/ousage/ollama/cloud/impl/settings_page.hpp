#pragma once

#include <ousage/core/equal.hpp>
#include <ousage/io/http/html_scanner.hpp>
#include <ousage/ollama/cloud/detail/json_values.hpp>
#include <ousage/ollama/cloud/detail/usage_key.hpp>
#include <ousage/ollama/cloud/settings_page.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// For `12.5% used`: the number before the first percent sign, and the text before and after it.
struct Percentage {
    double value;
    std::string_view before;
    std::string_view after;
};

inline std::optional<Percentage> find_percentage(std::string_view text) {
    for (auto sign = text.find('%'); sign != text.npos; sign = text.find('%', sign + 1)) {
        auto const end = sign > 0 && text[sign - 1] == ' ' ? sign - 1 : sign;
        auto const before = text.substr(0, end).find_last_not_of("0123456789.");
        auto const start = before == text.npos ? 0 : before + 1;
        auto found = Percentage{0, text.substr(0, start), text.substr(sign + 1)};
        auto const [rest, error] = std::from_chars(
            text.data() + start, text.data() + end, found.value, std::chars_format::fixed);
        if (error == std::errc{} && rest == text.data() + end && found.value <= 1e6) {
            return found;
        }
    }
    return std::nullopt;
}

// Parses `Resets in 3 hours 20 minutes`. Empty if there is no number with a unit of time.
inline std::optional<std::chrono::seconds> find_wait(std::string_view text) {
    static constexpr std::array<std::pair<char, int>, 5> units{
        {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}}};
    auto total = std::chrono::seconds(0);
    bool any = false;
    for (auto at = text.find_first_of("0123456789"); at != text.npos;
         at = text.find_first_of("0123456789", at)) {
        int number = 0;
        auto const* const end = text.data() + text.size();
        auto const [rest, error] = std::from_chars(text.data() + at, end, number);
        at = static_cast<std::size_t>(rest - text.data());
        auto const unit_at = std::min(text.find_first_not_of(' ', at), text.size());
        for (auto const& [unit, seconds] : units) {
            auto const good = unit_at < text.size() && (text[unit_at] | 0x20) == unit;
            if (error == std::errc{} && good && number < 10'000) {
                total += std::chrono::seconds(seconds) * number;
                any = true;
            }
        }
    }
    return any ? std::optional(total) : std::nullopt;
}

// Parses the page in order: a label such as `Session usage`, then its percentage, then its reset.
class SettingsReader {
public:
    SettingsReader(std::chrono::sys_seconds now, Cloud& into) : now_(now), into_(into) {}

    // `is_last`: the page ends within the text, or directly after it.
    void on_text(std::string const& text, bool is_last = false) {
        auto percentage = find_percentage(text);
        auto const name = plain_name(percentage ? percentage->before : text);
        auto const key = parse_usage_key(name);
        auto const is_usage = name.find("usage") != name.npos || name.find("used") != name.npos ||
                              (key && key->scale == KeyWord::percent);
        if (key && key->window && is_usage) {
            finish_window();
            window_ = key->window;
            is_remaining_ = key->meaning == KeyWord::remaining;
            has_direction_ = is_remaining_;
        }
        auto const words = plain_name(percentage ? percentage->after : std::string_view());
        if (is_last && !words.empty() && !is_direction(words)) {
            percentage.reset();
            is_cut_ = true;
            used_.reset();
            width_.reset();
        }
        if (window_ && percentage && !used_) {
            used_ = percentage->value;
            read_direction(percentage->after);
        } else if (window_ && used_ && !percentage && !is_last) {
            read_direction(text);
        }
        if (window_ && !resets_at_ && !is_last && plain_name(text).starts_with("reset")) {
            if (auto const wait = find_wait(text)) {
                relative_reset_ = Timestamp{now_ + *wait, 0, 0};
            }
        }
        if (!is_last && last_ == "cloudusage" && among(name, {"free", "pro", "max", "team"})) {
            into_.plan_name = name;
        }
        signed_out_ = signed_out_ || among(name, {"signin", "login", "signintoollama"});
        last_ = name;
    }

    void on_attribute(std::string const& name, std::string const& value) {
        if (name == "data-time" || name == "datetime") {
            auto const time = parse_rfc3339(value);
            if (window_ && time && !resets_at_) {
                resets_at_ = time;
            }
        } else if (name == "style" && window_ && !width_) {
            auto const at = value.find("width");
            auto const width = at == value.npos ? std::nullopt : find_percentage(value.substr(at));
            width_ = width ? std::optional(width->value) : std::nullopt;
        }
    }

    // Stores the last window. If the page is cut off directly after a percentage, it is unknown
    // whether that much is used or remains.
    void finish(bool is_cut) {
        if ((is_cut || is_cut_) && !has_direction_) {
            used_.reset();
        }
        finish_window();
    }

    // Stores the current window. If the text has no percentage, the width of the bar is used.
    void finish_window() {
        auto const used = used_ ? used_ : width_;
        if (window_ && used && !limit_of(into_.limits, *window_)) {
            auto const value = is_remaining_ && used_ ? std::max(0.0, 100 - *used) : *used;
            limit_of(into_.limits, *window_) =
                percent_limit(*window_, value, resets_at_ ? resets_at_ : relative_reset_);
        }
        window_.reset();
        used_.reset();
        width_.reset();
        resets_at_.reset();
        relative_reset_.reset();
        is_remaining_ = false;
        has_direction_ = false;
    }

    bool signed_out() const noexcept { return signed_out_; }

private:
    static bool is_direction(std::string_view text) {
        auto const words = plain_name(text);
        return words.starts_with("used") || words.starts_with("remaining") ||
               words.starts_with("left");
    }

    void read_direction(std::string_view text) {
        has_direction_ = has_direction_ || !plain_name(text).empty();
        is_remaining_ =
            is_remaining_ || (is_direction(text) && !plain_name(text).starts_with("used"));
    }

    std::chrono::sys_seconds now_;
    Cloud& into_;
    std::optional<CloudWindow> window_;
    std::optional<double> used_, width_;
    std::optional<Timestamp> resets_at_, relative_reset_;
    std::string last_;
    bool is_remaining_ = false;
    bool has_direction_ = false; // a text states whether the percentage is used or remains
    bool is_cut_ = false;
    bool signed_out_ = false;
};

} // namespace detail

OUSAGE_DECL std::optional<Failure>
read_settings_page(std::string_view page, std::chrono::sys_seconds now, Cloud& into) {
    auto read = Cloud{};
    auto reader = detail::SettingsReader(now, read);
    // The text or value that contains this byte is not terminated.
    static constexpr char end = '\x01';
    auto const marked = std::string(page) + end;
    bool is_cut = page.find("<html") != page.npos && page.find("</html") == page.npos;
    io::HtmlScanner(marked).scan(
        [&reader](std::string const& text) {
            auto const is_last = text.ends_with(end);
            reader.on_text(is_last ? text.substr(0, text.size() - 1) : text, is_last);
        },
        [&reader, &is_cut](std::string const& name, std::string const& value) {
            if (value.ends_with(end)) {
                is_cut = true;
            } else {
                reader.on_attribute(name, value);
            }
        });
    reader.finish(is_cut);
    if (is_empty(read.limits)) {
        auto const code = reader.signed_out() ? Errc::unauthorized : Errc::parse;
        auto const* const text =
            reader.signed_out() ? "the page requires a sign-in" : "the page contains no usage";
        return Failure{{}, make_error_code(code), text};
    }
    into.limits = read.limits;
    into.plan_name = read.plan_name;
    return std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama
