#include "example/exporter/log.hpp"

#include <ousage/json/utf8.hpp>
#include <ousage/json/writer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <utility>

namespace ousage::program {

namespace {

struct Settings {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::logfmt;
};

Settings& settings() {
    static auto current = Settings();
    return current;
}

char const* name_of(LogLevel level) {
    switch (level) {
    case LogLevel::debug: return "DEBUG";
    case LogLevel::info: return "INFO";
    case LogLevel::warn: return "WARN";
    default: return "ERROR";
    }
}

// Returns a time such as 2026-11-27T20:00:00.123Z.
std::string to_text(std::chrono::system_clock::time_point time) {
    using std::chrono::milliseconds;
    auto const whole = std::chrono::floor<milliseconds>(time);
    auto const seconds = std::chrono::floor<std::chrono::seconds>(whole);
    auto const since_1970 = static_cast<std::time_t>(seconds.time_since_epoch().count());
    auto parts = std::tm();
    ::gmtime_r(&since_1970, &parts);
    char date[32];
    std::strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
    char fraction[16];
    std::snprintf(
        fraction, sizeof(fraction), ".%03dZ", static_cast<int>((whole - seconds).count()));
    return std::string(date) + fraction;
}

bool needs_quotes(std::string_view value) {
    for (auto const character : value) {
        auto const code = static_cast<unsigned char>(character);
        if (code <= ' ' || code >= 0x7F || character == '"' || character == '=') {
            return true;
        }
    }
    return value.empty();
}

// Appends `\x1b` or `\u009b`.
void append_escaped(std::string& into, char32_t code) {
    char escaped[16];
    std::snprintf(
        escaped, sizeof(escaped), code < 0x80 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(code));
    into += escaped;
}

// Returns the control character of a well-formed sequence, or the line or paragraph separator; 0 if
// it is another character. Terminals execute U+009B as they do ESC [.
char32_t control_in(std::string_view sequence) {
    auto const byte = [sequence](std::size_t index) {
        return static_cast<unsigned char>(sequence[index]);
    };
    if (sequence.size() == 1 && (byte(0) < ' ' || byte(0) == 0x7F)) {
        return byte(0);
    }
    if (sequence.size() == 2 && byte(0) == 0xC2 && byte(1) < 0xA0) {
        return byte(1);
    }
    auto const is_separator = sequence == "\xE2\x80\xA8" || sequence == "\xE2\x80\xA9";
    return is_separator ? 0x2000u + (byte(2) & 0x3Fu) : 0u;
}

void append_quoted(std::string& into, std::string_view value) {
    into += '"';
    for (std::size_t index = 0; index < value.size();) {
        auto const length = utf8_length(value, index);
        auto const character = value[index];
        auto const control = control_in(value.substr(index, length));
        if (length == 0) {
            into += "\xEF\xBF\xBD";
        } else if (character == '"' || character == '\\') {
            into.append(1, '\\').append(1, character);
        } else if (character == '\n') {
            into += "\\n";
        } else if (control != 0 || character == '\0') {
            append_escaped(into, control);
        } else {
            into.append(value.substr(index, length));
        }
        index += length == 0 ? 1 : length;
    }
    into += '"';
}

// Escapes the control characters that JSON text may contain. Only its strings contain them.
std::string escape_controls(std::string_view json) {
    auto text = std::string();
    for (std::size_t index = 0; index < json.size();) {
        auto const character =
            json.substr(index, std::max<std::size_t>(utf8_length(json, index), 1));
        if (auto const control = control_in(character); control != 0) {
            append_escaped(text, control);
        } else {
            text += character;
        }
        index += character.size();
    }
    return text;
}

void append_pair(std::string& into, std::string_view name, std::string_view value) {
    into.append(into.empty() ? "" : " ").append(name).append(1, '=');
    if (needs_quotes(value)) {
        append_quoted(into, value);
    } else {
        into.append(value);
    }
}

} // namespace

std::string log_line(
    LogFormat format, std::chrono::system_clock::time_point time, LogLevel level,
    std::string_view message, LogFields fields) {
    if (format == LogFormat::json) {
        auto writer = JsonWriter(JsonStyle::compact);
        auto const write = [&writer](std::string_view name, std::string_view value) {
            writer.key(name);
            writer.string(value);
        };
        writer.open('{');
        write("time", to_text(time));
        write("level", name_of(level));
        write("msg", message);
        for (auto const& [name, value] : fields) {
            if (!value.empty()) {
                write(name, value);
            }
        }
        writer.close('}');
        return escape_controls(std::move(writer).text()) + "\n";
    }
    auto line = std::string();
    append_pair(line, "time", to_text(time));
    append_pair(line, "level", name_of(level));
    append_pair(line, "msg", message);
    for (auto const& [name, value] : fields) {
        if (!value.empty()) {
            append_pair(line, name, value);
        }
    }
    return line + "\n";
}

void set_log(LogLevel level, LogFormat format) {
    settings() = {level, format};
}

void log_event(LogLevel level, std::string_view message, LogFields fields) {
    if (level >= settings().level) {
        auto const now = std::chrono::system_clock::now();
        auto const line = log_line(settings().format, now, level, message, fields);
        std::fwrite(line.data(), 1, line.size(), stderr);
    }
}

} // namespace ousage::program
