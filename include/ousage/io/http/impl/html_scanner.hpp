#pragma once

#include <ousage/core/detail/ascii_lower.hpp>
#include <ousage/io/http/html_scanner.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

inline bool is_html_space(char character) {
    return character == ' ' || character == '\t' || character == '\r' || character == '\n' ||
           character == '\f';
}

// Decodes the entities that occur in numbers and labels. Collapses white space and trims the text.
inline std::string html_text(std::string_view text) {
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
        auto character = text.front();
        std::size_t length = 1;
        for (auto const& [entity, decoded] : entities) {
            if (text.starts_with(entity)) {
                character = decoded;
                length = entity.size();
            }
        }
        text.remove_prefix(length);
        if (!is_html_space(character)) {
            result += character;
        } else if (!result.empty() && result.back() != ' ') {
            result += ' ';
        }
    }
    if (result.ends_with(' ')) {
        result.pop_back();
    }
    return result;
}

} // namespace detail

OUSAGE_DECL void HtmlScanner::scan(OnText const& on_text, OnAttribute const& on_attribute) {
    while (!rest_.empty()) {
        auto const text = detail::html_text(read_until("<"));
        if (!text.empty()) {
            on_text(text);
        }
        if (rest_.starts_with("<!--")) {
            skip_past("-->");
        } else if (!rest_.empty()) {
            read_tag(on_attribute);
        }
    }
}

OUSAGE_DECL void HtmlScanner::skip_past(std::string_view end) {
    auto const position = rest_.find(end);
    skip_characters(position == rest_.npos ? rest_.size() : position + end.size());
}

OUSAGE_DECL void HtmlScanner::skip_characters(std::size_t count) {
    rest_.remove_prefix(std::min(count, rest_.size()));
}

OUSAGE_DECL void HtmlScanner::skip_spaces() {
    while (!rest_.empty() && detail::is_html_space(rest_.front())) {
        skip_characters(1);
    }
}

// Skips the content of a script or style, up to its end tag.
OUSAGE_DECL void HtmlScanner::skip_raw_text(std::string const& end_tag) {
    while (!rest_.empty()) {
        read_until("<");
        if (ousage::detail::ascii_lower(rest_.substr(0, end_tag.size())) == end_tag) {
            return;
        }
        skip_characters(1);
    }
}

// Reads from `<` to `>`; for a script or style, to the start of its end tag.
OUSAGE_DECL void HtmlScanner::read_tag(OnAttribute const& on_attribute) {
    skip_characters(1);
    auto const tag = ousage::detail::ascii_lower(read_until(" \t\r\n\f/>"));
    while (!rest_.empty() && rest_.front() != '>') {
        if (detail::is_html_space(rest_.front()) || rest_.front() == '/') {
            skip_characters(1);
            continue;
        }
        auto const size_before = rest_.size();
        auto const name = ousage::detail::ascii_lower(read_until(" \t\r\n\f/>="));
        skip_spaces();
        if (rest_.starts_with('=')) {
            skip_characters(1);
            skip_spaces();
            on_attribute(name, detail::html_text(read_value()));
        }
        if (rest_.size() == size_before) {
            skip_characters(1);
        }
    }
    skip_characters(1);
    if (tag == "script" || tag == "style") {
        skip_raw_text("</" + tag);
    }
}

OUSAGE_DECL std::string_view HtmlScanner::read_until(std::string_view ends) {
    auto const result = rest_.substr(0, rest_.find_first_of(ends));
    skip_characters(result.size());
    return result;
}

OUSAGE_DECL std::string_view HtmlScanner::read_value() {
    if (!rest_.starts_with('"') && !rest_.starts_with('\'')) {
        return read_until(" \t\r\n\f>");
    }
    auto const quote = rest_.substr(0, 1);
    skip_characters(1);
    auto const value = read_until(quote);
    skip_characters(1);
    return value;
}

} // namespace OUSAGE_NAMESPACE::io
