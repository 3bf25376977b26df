#pragma once

#include <ousage/config.hpp>

#include <string>

namespace OUSAGE_NAMESPACE::io {

/// Returns true for `localhost`, 127.0.0.0/8 and ::1. Other names are not resolved: their addresses
/// could change between this check and the connection.
OUSAGE_DECL bool is_loopback(std::string const& host);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/http/impl/loopback.hpp>
#endif
