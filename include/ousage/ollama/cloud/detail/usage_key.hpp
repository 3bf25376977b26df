#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/cloud/detail/cloud_window.hpp>
#include <ousage/ollama/cloud/detail/json_values.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The meaning of a word in a key. A percentage or fraction is relative to the limit.
enum class KeyWord { none, percent, fraction, resets, remaining, used, limit, unit };

// The meaning of a key such as `session_usage`, `weekly_remaining_percent`, `usage5h`,
// `sessionResetsAt`, or of a member of a window such as `remaining_percent`.
struct UsageKey {
    std::optional<CloudWindow> window; // not in the key of a member
    KeyWord meaning = KeyWord::none;   // none: the key contains the window alone
    KeyWord scale = KeyWord::none;     // percent, fraction or none
    std::size_t rank = SIZE_MAX;       // of keys with the same meaning, the lowest is used
};

// The accepted spellings of a word. Unused elements are empty.
template <class T>
struct Spellings {
    T word;
    std::array<std::string_view, 15> texts;
    bool is_whole_key = false; // too general to be a part of a longer key
};

// Parses a key. Returns nothing if it contains any other word.
inline std::optional<UsageKey> parse_usage_key(std::string_view key_text) {
    using enum KeyWord;
    using enum CloudWindow;
    // Sorted by rank. A text follows all longer ones that contain it.
    static constexpr Spellings<KeyWord> words[] = {
        {percent, {"percentage", "percent", "pct"}},
        {fraction, {"fraction", "ratio"}},
        {resets,
         {"nextresetat", "resetsat", "resetat", "resettime", "resetdate", "nextreset",
          "resetsinseconds", "resetinseconds", "secondstoreset", "resetafterseconds", "resetafter",
          "resetsin", "resetin", "resets", "reset"}},
        {remaining, {"remaining", "left"}},
        {limit, {"usagelimit", "usagequota"}},
        {used, {"used", "usage"}},
        {limit, {"limits", "limit", "quota"}},
        {unit, {"units", "unit"}},
        {percent, {"utilization"}, true},
        {remaining, {"available"}, true},
        {used, {"value", "consumed", "current"}, true},
        {limit, {"max", "maximum", "total", "allowance", "cap"}, true},
        {none, {"window", "cloud"}},
    };
    static constexpr Spellings<CloudWindow> windows[] = {
        {five_hour, {"session", "5h", "5hr", "5hour", "5hours", "fivehour", "fivehours"}},
        {one_day, {"1d", "24h", "day", "daily", "oneday"}},
        {weekly,
         {"week", "weekly", "1w", "7d", "7day", "7days", "oneweek", "sevenday", "sevendays"}},
        {monthly, {"month", "monthly", "1mo", "30d", "30day", "30days", "onemonth"}},
    };
    auto const name = plain_name(key_text);
    if (name.empty() || name.size() > 40) { // 40: longer than any combination of these words
        return std::nullopt;
    }
    auto key = UsageKey{};
    auto rest = name;
    std::size_t rank = 0;
    for (auto const& [word, texts, is_whole_key] : words) {
        for (auto const text : texts) {
            auto const at = is_whole_key && name != text ? rest.npos : rest.find(text);
            if (++rank; !text.empty() && at != rest.npos) {
                rest.erase(at, text.size());
                auto& to = word == percent || word == fraction ? key.scale : key.meaning;
                to = to == none ? word : to;
                key.rank = word == none ? key.rank : std::min(key.rank, rank);
            }
        }
    }
    for (auto const& [window, texts, is_whole_key] : windows) {
        if (!rest.empty() && std::find(texts.begin(), texts.end(), rest) != texts.end()) {
            key.window = window;
        }
    }
    return key.window || rest.empty() ? std::optional(key) : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
