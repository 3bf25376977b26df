#include "example/exporter/log.hpp"

#include <ousage/json/utf8.hpp>
#include <ousage/json/writer.hpp>

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

void append_quoted(std::string& into, std::string_view value) {
    into += '"';
    for (std::size_t index = 0; index < value.size();) {
        auto const length = utf8_length(value, index);
        auto const character = value[index];
        if (length == 0) {
            into += "\xEF\xBF\xBD";
        } else if (character == '"' || character == '\\') {
            into.append(1, '\\').append(1, character);
        } else if (character == '\n') {
            into += "\\n";
        } else if (static_cast<unsigned char>(character) < ' ' || character == 0x7F) {
            char escaped[8];
            std::snprintf(
                escaped, sizeof(escaped), "\\x%02x",
                static_cast<unsigned>(static_cast<unsigned char>(character)));
            into += escaped;
        } else {
            into.append(value.substr(index, length));
        }
        index += length == 0 ? 1 : length;
    }
    into += '"';
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
        return std::move(writer).text() + "\n";
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
