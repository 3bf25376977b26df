#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/core/result.hpp>

#include <cstdlib>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::io {

/// Loads a time zone by its IANA name (`Europe/Berlin`, read from the system's zone files) or from
/// an offset (`+02:00`, `-0330`, `+09`, `Z`). Rejects names that lead out of the directory of zone
/// files. Failures have code `Errc::configuration`, or that of the parser of zone files.
OUSAGE_DECL Result<Calendar> load_time_zone(std::string_view name);

/// Returns the time zone of the system: the zone in `tz` (the value of $TZ: a name, a file or a
/// POSIX rule; empty means UTC), otherwise /etc/localtime, otherwise UTC.
OUSAGE_DECL Calendar system_time_zone(char const* tz = std::getenv("TZ"));

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/file/impl/time_zone.hpp>
#endif
