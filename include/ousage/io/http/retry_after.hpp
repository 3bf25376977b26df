#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::io {

/// Parses an HTTP date in any of its three formats (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994
/// 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. Returns `nullopt`
/// for any other text. Two-digit years are 1970 to 2069.
OUSAGE_DECL std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

/// Returns the delay from `now` that a Retry-After header requests, as seconds or as an HTTP date.
/// Limited to one day; 0 if the date is in the past. Returns `nullopt` if the text is neither.
OUSAGE_DECL std::optional<std::chrono::seconds>
parse_retry_after(std::string_view text, std::chrono::sys_seconds now);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/http/impl/retry_after.hpp>
#endif
