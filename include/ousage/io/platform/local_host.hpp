#pragma once

#include <ousage/config.hpp>

#include <string>

namespace OUSAGE_NAMESPACE::io {

/// Returns true if `host` is an address of an interface of this machine, or its host name. Names
/// are not resolved: that could call out, and the result could change. Loopback addresses are
/// interface addresses, too, but `localhost` is only recognised by `is_loopback`. False on systems
/// without getifaddrs(3).
OUSAGE_DECL bool is_local_host(std::string const& host);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/platform/impl/local_host.hpp>
#endif
