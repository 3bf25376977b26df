#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/core/result.hpp>

#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// Parses a compiled time zone file (TZif, RFC 8536, versions 1 to 4). The input may be any bytes.
/// Returns a failure with the code `Errc::parse` if it is not a TZif file. Ignores leap seconds.
OUSAGE_DECL Result<Calendar> parse_tzif(std::string_view file, std::string name);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/tzif.hpp>
#endif
