#pragma once

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ousage::test {

/// The fields of an access line as parsed by the reference parser: unconverted text.
struct ReferenceLine {
    std::string time, status, latency, client, method, quoted;
};

namespace reference {

// Removes terminal colour sequences (ESC [ … m).
inline std::string strip_colours(std::string const& text) {
    auto plain = std::string{};
    for (std::size_t index = 0; index < text.size(); ++index) {
        if (text.compare(index, 2, "\x1b[") == 0) {
            auto end = index + 2;
            while (end < text.size() &&
                   (std::isdigit(static_cast<unsigned char>(text[end])) || text[end] == ';')) {
                ++end;
            }
            if (end < text.size() && text[end] == 'm') {
                index = end;
                continue;
            }
        }
        plain += text[index];
    }
    return plain;
}

inline std::string trim(std::string text) {
    while (!text.empty() && text.front() == ' ') {
        text.erase(0, 1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.pop_back();
    }
    return text;
}

inline bool is_time(std::string const& text) {
    auto const shape = std::string("dddd/dd/dd - dd:dd:dd");
    if (text.size() != shape.size()) {
        return false;
    }
    for (std::size_t index = 0; index < shape.size(); ++index) {
        auto const digit = text[index] >= '0' && text[index] <= '9';
        if (shape[index] == 'd' ? !digit : text[index] != shape[index]) {
            return false;
        }
    }
    auto const number = [&](std::size_t at, std::size_t size) {
        return std::stoi(text.substr(at, size));
    };
    auto const year = number(0, 4), month = number(5, 2), day = number(8, 2);
    auto const leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int const lengths[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1] &&
           number(13, 2) < 24 && number(16, 2) < 60 && number(19, 2) < 60;
}

// Returns the end of the quoted text that starts at `at`; npos if it has no end or contains an
// escape sequence that Go does not write.
inline std::size_t end_of_quoted(std::string const& text, std::size_t at) {
    for (auto index = at + 1; index < text.size(); ++index) {
        if (text[index] == '"') {
            return index;
        }
        if (text[index] == '\\') {
            auto const character = index + 1 < text.size() ? text[index + 1] : ' ';
            std::size_t digits = character == 'x'   ? 2
                                 : character == 'u' ? 4
                                 : character == 'U' ? 8
                                                    : 0;
            if (digits == 0 && std::string("abfnrtv\\\"").find(character) == std::string::npos) {
                return std::string::npos;
            }
            for (std::size_t digit = 0; digit < digits; ++digit) {
                auto const position = index + 2 + digit;
                if (position >= text.size() ||
                    !std::isxdigit(static_cast<unsigned char>(text[position]))) {
                    return std::string::npos;
                }
            }
            index += 1 + digits;
        }
    }
    return std::string::npos;
}

} // namespace reference

/// Returns true for `s` after one or two characters that are `?` or not ASCII: a micro sign in a
/// wrong encoding.
inline bool is_foreign_micro(std::string const& unit) {
    auto const text = unit.ends_with('s') ? unit.substr(0, unit.size() - 1) : std::string();
    int characters = 0;
    for (std::size_t at = 0; at < text.size(); ++characters) {
        auto const first = static_cast<unsigned char>(text[at]);
        if (first < 0x80 && first != '?') {
            return false;
        }
        std::size_t size = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        for (std::size_t next = 1; next < size; ++next) {
            if (at + next >= text.size() || (text[at + next] & 0xC0) != 0x80) {
                size = 1;
            }
        }
        at += size;
    }
    return characters == 1 || characters == 2;
}

/// Parses a latency into nanoseconds. Units must decrease from left to right; only seconds and
/// smaller units may have a fraction. The sum is a long double, whose 64-bit significand is exact.
inline std::optional<std::int64_t> read_latency(std::string text) {
    auto const units = std::vector<std::pair<std::string, long double>>{
        {"h", 3600e9L}, {"m", 60e9L},        {"s", 1e9L},         {"ms", 1e6L},
        {"us", 1e3L},   {"\xC2\xB5s", 1e3L}, {"\xCE\xBCs", 1e3L}, {"ns", 1.0L}};
    auto const negative = text.starts_with("-");
    text.erase(0, negative ? 1 : 0);
    auto sum = 0.0L;
    auto smallest = 1e30L;
    auto count = 0;
    for (; !text.empty(); ++count) {
        auto const number = text.substr(0, text.find_first_not_of("0123456789."));
        text.erase(0, number.size());
        auto name = text.substr(0, text.find_first_of("-.0123456789"));
        text.erase(0, name.size());
        if (is_foreign_micro(name)) {
            name = "us";
        }
        auto const unit = std::find_if(
            units.begin(), units.end(), [&](auto const& known) { return known.first == name; });
        auto const point = number.find('.');
        auto const whole = number.substr(0, point);
        auto fraction = point == std::string::npos ? "0" : number.substr(point + 1);
        auto const known = unit != units.end() && unit->second < smallest && !whole.empty() &&
                           !fraction.empty() && fraction.size() <= 9 &&
                           fraction.find('.') == std::string::npos &&
                           (point == std::string::npos || unit->second < 60e9L);
        if (!known) {
            return std::nullopt;
        }
        fraction.resize(9, '0');
        smallest = unit->second;
        sum += std::strtold(whole.c_str(), nullptr) * smallest +
               std::floor(std::strtold(fraction.c_str(), nullptr) * smallest / 1e9L);
    }
    if (count == 0 || sum > (negative ? 0x1p63L : 0x1p63L - 1)) {
        return std::nullopt;
    }
    return negative ? static_cast<std::int64_t>(-sum) : static_cast<std::int64_t>(sum);
}

/// Parses the text after one `[GIN] `: splits it into fields at the bars and trims them.
inline std::optional<ReferenceLine> read_after_mark(std::string const& coloured) {
    // Remove colours first: the path contains terminal escapes only in quoted form.
    auto const text = reference::strip_colours(coloured);
    auto fields = std::vector<std::string>{};
    std::size_t start = 0;
    for (int field = 0; field < 4; ++field) {
        auto const bar = text.find('|', start);
        if (bar == std::string::npos) {
            return std::nullopt;
        }
        fields.push_back(text.substr(start, bar - start));
        start = bar + 1;
    }
    auto const rest = reference::trim(text.substr(start));
    auto line = ReferenceLine{};
    line.time = fields[0].empty() ? "" : fields[0].substr(0, fields[0].size() - 1);
    if (fields[0].empty() || fields[0].back() != ' ' || !reference::is_time(line.time)) {
        return std::nullopt;
    }
    line.status = reference::trim(fields[1]);
    line.latency = reference::trim(fields[2]);
    line.client = reference::trim(fields[3]);
    if (!read_latency(line.latency)) {
        return std::nullopt;
    }
    auto const digits = line.status.find_first_not_of("0123456789") == std::string::npos;
    if (line.status.size() != 3 || !digits || line.status[0] == '0' ||
        line.client.find(' ') != std::string::npos || line.latency.find(' ') != std::string::npos) {
        return std::nullopt;
    }
    auto const space = rest.find(' ');
    line.method = rest.substr(0, space);
    auto const quote = space == std::string::npos ? space : rest.find_first_not_of(' ', space);
    if (quote == std::string::npos || rest[quote] != '"' || line.method.empty() ||
        line.method.find('"') != std::string::npos) {
        return std::nullopt;
    }
    auto const end = reference::end_of_quoted(rest, quote);
    if (end == std::string::npos || rest.find_first_not_of(" \t\r", end + 1) != std::string::npos) {
        return std::nullopt;
    }
    line.quoted = rest.substr(quote + 1, end - quote - 1);
    return line;
}

/// The same for a whole line: uses the first `[GIN] ` that starts a valid entry.
inline std::optional<ReferenceLine> read_gin_line(std::string const& line) {
    for (auto mark = line.find("[GIN] "); mark != line.npos; mark = line.find("[GIN] ", mark + 1)) {
        if (auto const found = read_after_mark(line.substr(mark + 6))) {
            return found;
        }
    }
    return std::nullopt;
}

} // namespace ousage::test
