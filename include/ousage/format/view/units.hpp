#pragma once

#include <ousage/config.hpp>

#include <cstdint>
#include <string>

namespace OUSAGE_NAMESPACE {

/// A unit of bytes. All values of a column have the same.
enum class ByteUnit { bytes, kib, mib, gib, tib, pib };

/// A unit of durations. All values of a column have the same.
enum class TimeUnit { milliseconds, seconds, minutes, hours };

/// Returns the unit in which a number of bytes has at most three digits before the point.
OUSAGE_DECL ByteUnit byte_unit(double bytes);

/// Formats bytes without their unit, such as `3.1`.
OUSAGE_DECL std::string bytes_number(double bytes, ByteUnit unit);

/// Formats bytes: `3.1 GiB`.
OUSAGE_DECL std::string bytes_text(double bytes, ByteUnit unit);

/// Formats bytes in the unit of `byte_unit`.
OUSAGE_DECL std::string bytes_text(double bytes);

/// Returns the unit in which a duration has at most three digits before the point.
OUSAGE_DECL TimeUnit time_unit(double milliseconds);

/// Formats a duration: `410 ms`, `8.4 s`, `31 s`, `20 min`.
OUSAGE_DECL std::string duration_text(double milliseconds, TimeUnit unit);

/// Formats a duration in the unit of `time_unit`.
OUSAGE_DECL std::string duration_text(double milliseconds);

/// Formats a number: exactly up to 9999, then `12.3k`, `1.2M`.
OUSAGE_DECL std::string count_text(std::uint64_t count);

/// Formats a speed without its unit: `41.2`, `1.9k`.
OUSAGE_DECL std::string rate_text(double rate);

/// Formats a percentage: `31 %`. A value above 0 is at least `<1 %`, one below 100 at most `99 %`.
OUSAGE_DECL std::string percent_text(double percent);

/// Formats a number of tokens of a context: `8k` is 8192, `1M` 1048576.
OUSAGE_DECL std::string context_text(std::uint64_t tokens);

/// Formats US dollars: `$0.21`.
OUSAGE_DECL std::string dollars_text(double dollars);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/units.hpp>
#endif
