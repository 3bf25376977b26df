#pragma once

#include <ousage/config.hpp>

#include <string>

namespace OUSAGE_NAMESPACE::io {

/// Returns true if `host` is this machine: `localhost`, a loopback address, the unspecified address
/// (which is connected to as loopback), an address of an interface, or the host name. The case of a
/// name and a dot at its end do not matter. Other names are not resolved: that could call out, and
/// the result could change. On systems without getifaddrs(3), only `localhost` is recognised.
OUSAGE_DECL bool is_local_host(std::string const& host);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/platform/impl/local_host.hpp>
#endif
