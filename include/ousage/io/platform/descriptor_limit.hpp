#pragma once

#include <ousage/config.hpp>

#if defined(__unix__) || defined(__APPLE__)
#    include <sys/resource.h>
#endif

#include <cstddef>

namespace OUSAGE_NAMESPACE::io {

/// Returns how many descriptors this process may have open; at most 1,048,576. On systems without
/// getrlimit(2), where sockets are not limited by number, returns that. Safe on any thread.
inline std::size_t descriptor_limit() {
    constexpr std::size_t most = 1024 * 1024;
#if defined(__unix__) || defined(__APPLE__)
    auto limit = rlimit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < most) {
        return static_cast<std::size_t>(limit.rlim_cur);
    }
#endif
    return most;
}

} // namespace OUSAGE_NAMESPACE::io
