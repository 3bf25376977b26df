#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

namespace ousage::program {

/// How important an event is.
enum class LogLevel { debug, info, warn, error };

/// How an event is written, as by the Prometheus servers.
enum class LogFormat {
    logfmt, ///< `time=2026-11-27T20:00:00.000Z level=INFO msg=listening address=[::]:9200`
    json,   ///< one object a line, with the same keys
};

/// A value of an event.
struct LogField {
    std::string_view name; ///< ASCII letters, digits, `_`
    std::string value;     ///< any bytes, never a secret; a field without a value is omitted
};

/// The values of an event, in the order of the output.
using LogFields = std::initializer_list<LogField>;

/// Returns one event as a line with its newline. Control characters are escaped, so that an event
/// is always one line.
std::string log_line(
    LogFormat format, std::chrono::system_clock::time_point time, LogLevel level,
    std::string_view message, LogFields fields = {});

/// Sets the least important level that `log_event` writes, and the format. The defaults are `info`
/// and `logfmt`. Not concurrently with `log_event`.
void set_log(LogLevel level, LogFormat format);

/// Writes an event to standard error, if its level is enabled. Each event is one write(2).
void log_event(LogLevel level, std::string_view message, LogFields fields = {});

} // namespace ousage::program
