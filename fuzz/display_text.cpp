// Makes any bytes displayable, measures, cuts and encodes them. The first byte is the width.
#include "check.hpp"
#include <ousage/format/text/display_text.hpp>
#include <ousage/format/text/text_style.hpp>
#include <ousage/format/text/text_width.hpp>
#include <ousage/json/utf8.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace {

bool is_utf8(std::string const& text) {
    std::size_t index = 0;
    while (index < text.size()) {
        auto const length = ousage::utf8_length(text, index);
        if (length == 0) {
            return false;
        }
        index += length;
    }
    return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    auto const input = std::string(reinterpret_cast<char const*>(data + 1), size - 1);
    auto const text = ousage::display_text(input);
    check(is_utf8(text));
    check(std::none_of(text.begin(), text.end(), [](char byte) {
        return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
    }));
    check(ousage::display_text(text) == text);
    std::size_t columns = 0;
    for (std::size_t index = 0; index < text.size();) {
        auto const grapheme = ousage::grapheme_at(text, index);
        check(grapheme.length > 0 && grapheme.length <= text.size() - index);
        check(grapheme.width >= 1 && grapheme.width <= 2);
        columns += grapheme.width;
        index += grapheme.length;
    }
    check(ousage::text_width(text) == columns);
    std::size_t const width = data[0];
    auto const cut = ousage::cut_middle(text, width);
    check(is_utf8(cut) && ousage::text_width(cut) <= width);
    check(columns > width || cut == text);
    auto style = ousage::TextStyle{};
    style.unicode = false;
    auto const ascii = ousage::encoded(text, style);
    check(std::all_of(
        ascii.begin(), ascii.end(), [](char byte) { return byte >= ' ' && byte <= '~'; }));
    return 0;
}
