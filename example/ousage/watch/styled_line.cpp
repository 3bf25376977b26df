#include "example/ousage/watch/styled_line.hpp"

#include <ousage/format/text/text_width.hpp>

#include <algorithm>
#include <utility>

namespace ousage::program {

namespace {

Role role_of_sequence(std::string_view parameters) {
    static constexpr Role roles[] = {
        Role::dim, Role::ok, Role::notice, Role::warning, Role::accent};
    for (auto const role : roles) {
        auto const painted_text = painted("x", role, TextStyle{80, true, true});
        if (painted_text.substr(2, painted_text.find('m') - 2) == parameters) {
            return role;
        }
    }
    return Role::plain;
}

} // namespace

StyledLine read_painted(std::string_view text) {
    auto line = StyledLine{};
    auto role = Role::plain;
    while (!text.empty()) {
        auto const begin = std::min(text.find('\x1b'), text.size());
        if (begin > 0) {
            line.push_back(Span{std::string(text.substr(0, begin)), role});
        }
        text.remove_prefix(begin);
        auto const end = text.find('m');
        if (text.size() < 2 || end == text.npos) {
            break;
        }
        role = role_of_sequence(text.substr(2, end - 2));
        text.remove_prefix(end + 1);
    }
    return line;
}

std::size_t width_of(StyledLine const& line) {
    std::size_t width = 0;
    for (auto const& span : line) {
        width += text_width(span.text);
    }
    return width;
}

std::string text_of(StyledLine const& line) {
    auto text = std::string{};
    for (auto const& span : line) {
        text += span.text;
    }
    return text;
}

StyledLine fitted(StyledLine const& line, std::size_t width) {
    auto result = StyledLine{};
    std::size_t used = 0;
    for (auto const& span : line) {
        auto part = Span{{}, span.role, span.reverse};
        std::size_t index = 0;
        while (index < span.text.size()) {
            auto const grapheme = grapheme_at(span.text, index);
            if (used + grapheme.width > width) {
                break;
            }
            part.text.append(span.text, index, grapheme.length);
            used += grapheme.width;
            index += grapheme.length;
        }
        auto const is_cut = index < span.text.size();
        if (!part.text.empty()) {
            result.push_back(std::move(part));
        }
        if (is_cut) {
            break;
        }
    }
    if (used < width) {
        result.push_back(Span{std::string(width - used, ' ')});
    }
    return result;
}

void append(StyledLine& line, StyledLine const& more) {
    line.insert(line.end(), more.begin(), more.end());
}

} // namespace ousage::program
