#pragma once

#include <ousage/config.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

/// Scans HTML for visible texts and attributes, in document order. Builds no tree, runs no scripts
/// and follows no links. Accepts any bytes. Skips scripts, styles and comments. The run time is
/// linear in the size of the text.
class HtmlScanner {
public:
    /// The document must outlive the scanner.
    explicit HtmlScanner(std::string_view document) : rest_(document) {}

    /// Calls `on_text(std::string const&)` for each non-empty text between tags. Entities are
    /// decoded, each run of white space becomes one space, and the text is trimmed. Calls
    /// `on_attribute(name, value)` for each attribute that has a value.
    template <class OnText, class OnAttribute>
    void scan(OnText on_text, OnAttribute on_attribute) {
        while (!rest_.empty()) {
            auto const open = std::min(rest_.find('<'), rest_.size());
            auto const text = clean(rest_.substr(0, open));
            if (!text.empty()) {
                on_text(text);
            }
            rest_.remove_prefix(open);
            if (rest_.starts_with("<!--")) {
                skip_behind("-->");
            } else if (!rest_.empty()) {
                read_tag(on_attribute);
            }
        }
    }

private:
    void skip_behind(std::string_view end) {
        auto const at = rest_.find(end);
        rest_.remove_prefix(at == rest_.npos ? rest_.size() : at + end.size());
    }

    static bool is_blank(char letter) {
        return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n' ||
               letter == '\f';
    }

    static std::string lower(std::string_view text) {
        auto small = std::string(text);
        for (auto& letter : small) {
            letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
        }
        return small;
    }

    // Reads from `<` to `>`; for a script or style, to the start of its end tag.
    template <class OnAttribute>
    void read_tag(OnAttribute& on_attribute) {
        rest_.remove_prefix(1);
        auto const tag = lower(take_until(" \t\r\n\f/>"));
        while (!rest_.empty() && rest_.front() != '>') {
            if (is_blank(rest_.front()) || rest_.front() == '/') {
                rest_.remove_prefix(1);
                continue;
            }
            auto const before = rest_.size();
            auto const name = lower(take_until(" \t\r\n\f/>="));
            skip_blanks();
            if (rest_.starts_with('=')) {
                rest_.remove_prefix(1);
                skip_blanks();
                on_attribute(name, clean(take_value()));
            }
            if (rest_.size() == before) {
                rest_.remove_prefix(1);
            }
        }
        rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
        if (tag == "script" || tag == "style") {
            skip_raw("</" + tag);
        }
    }

    std::string_view take_until(std::string_view ends) {
        auto const length = std::min(rest_.find_first_of(ends), rest_.size());
        auto const taken = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return taken;
    }

    void skip_blanks() {
        while (!rest_.empty() && is_blank(rest_.front())) {
            rest_.remove_prefix(1);
        }
    }

    std::string_view take_value() {
        if (!rest_.starts_with('"') && !rest_.starts_with('\'')) {
            return take_until(" \t\r\n\f>");
        }
        auto const quote = rest_.substr(0, 1);
        rest_.remove_prefix(1);
        auto const value = take_until(quote);
        rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
        return value;
    }

    void skip_raw(std::string const& end) {
        while (!rest_.empty()) {
            rest_.remove_prefix(std::min(rest_.find('<'), rest_.size()));
            if (lower(rest_.substr(0, end.size())) == end) {
                return;
            }
            rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
        }
    }

    // Decodes the entities that occur in numbers and labels. Collapses white space and trims the
    // text.
    static std::string clean(std::string_view text) {
        static constexpr std::array<std::pair<std::string_view, char>, 9> entities{{
            {"&nbsp;", ' '},
            {"&#160;", ' '},
            {"&percnt;", '%'},
            {"&#37;", '%'},
            {"&amp;", '&'},
            {"&quot;", '"'},
            {"&#39;", '\''},
            {"&lt;", '<'},
            {"\xC2\xA0", ' '},
        }};
        auto result = std::string{};
        while (!text.empty()) {
            auto letter = text.front();
            std::size_t length = 1;
            for (auto const& [spelling, meaning] : entities) {
                if (text.starts_with(spelling)) {
                    letter = meaning;
                    length = spelling.size();
                }
            }
            text.remove_prefix(length);
            if (!is_blank(letter)) {
                result += letter;
            } else if (!result.empty() && result.back() != ' ') {
                result += ' ';
            }
        }
        if (result.ends_with(' ')) {
            result.pop_back();
        }
        return result;
    }

    std::string_view rest_;
};

} // namespace OUSAGE_NAMESPACE::io
