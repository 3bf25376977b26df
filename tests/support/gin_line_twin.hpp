#pragma once

#include <cctype>
#include <optional>
#include <string>
#include <vector>

namespace ousage::test {

/// What the slow twin reads of an access line: texts as they stand.
struct TwinLine {
    std::string time, status, latency, client, method, quoted;
};

namespace twin {

// Without ESC [ … m: the colours of a terminal.
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

// The end of a quoted text that starts at `at`; npos where it has none, or an escape Go has not.
inline std::size_t end_of_quoted(std::string const& text, std::size_t at) {
    for (auto index = at + 1; index < text.size(); ++index) {
        if (text[index] == '"') {
            return index;
        }
        if (text[index] == '\\') {
            auto const letter = index + 1 < text.size() ? text[index + 1] : ' ';
            std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
            if (digits == 0 && std::string("abfnrtv\\\"").find(letter) == std::string::npos) {
                return std::string::npos;
            }
            for (std::size_t digit = 0; digit < digits; ++digit) {
                auto const place = index + 2 + digit;
                if (place >= text.size() ||
                    !std::isxdigit(static_cast<unsigned char>(text[place]))) {
                    return std::string::npos;
                }
            }
            index += 1 + digits;
        }
    }
    return std::string::npos;
}

} // namespace twin

/// A slow, obvious reading of `line` behind one `[GIN] `: fields cut at their bars, blanks trimmed.
/// The latency's own grammar is not checked here.
inline std::optional<TwinLine> read_behind_mark(std::string const& coloured) {
    // The path may hold escapes of a terminal only as text, so colours go first.
    auto const text = twin::strip_colours(coloured);
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
    auto const rest = twin::trim(text.substr(start));
    auto line = TwinLine{};
    line.time = fields[0].empty() ? "" : fields[0].substr(0, fields[0].size() - 1);
    if (fields[0].empty() || fields[0].back() != ' ' || !twin::is_time(line.time)) {
        return std::nullopt;
    }
    line.status = twin::trim(fields[1]);
    line.latency = twin::trim(fields[2]);
    line.client = twin::trim(fields[3]);
    auto const digits = line.status.find_first_not_of("0123456789") == std::string::npos;
    if (line.status.size() != 3 || !digits || line.status[0] == '0' ||
        line.client.find(' ') != std::string::npos || line.latency.find(' ') != std::string::npos) {
        return std::nullopt;
    }
    auto const blank = rest.find(' ');
    line.method = rest.substr(0, blank);
    auto const quote = blank == std::string::npos ? blank : rest.find_first_not_of(' ', blank);
    if (quote == std::string::npos || rest[quote] != '"' || line.method.empty() ||
        line.method.find('"') != std::string::npos) {
        return std::nullopt;
    }
    auto const end = twin::end_of_quoted(rest, quote);
    if (end == std::string::npos || rest.find_first_not_of(" \t\r", end + 1) != std::string::npos) {
        return std::nullopt;
    }
    line.quoted = rest.substr(quote + 1, end - quote - 1);
    return line;
}

} // namespace ousage::test
