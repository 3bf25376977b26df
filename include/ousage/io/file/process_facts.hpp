#pragma once

#include <ousage/config.hpp>

#include <cstdint>
#include <optional>

namespace OUSAGE_NAMESPACE::io {

/// Resource usage of this process, as reported by the kernel. Values that are not available are
/// absent.
struct ProcessFacts {
    std::optional<double> cpu_seconds;             ///< user and system time
    std::optional<std::uint64_t> resident_bytes;   ///< resident set size
    std::optional<std::uint64_t> virtual_bytes;    ///< virtual address space
    std::optional<std::uint64_t> open_descriptors; ///< files, sockets and pipes
    std::optional<std::uint64_t> max_descriptors;  ///< soft limit; absent if unlimited
    std::optional<double> start_time_seconds;      ///< start of the process, seconds since 1970
};

/// Queries the kernel: proc(5), getrlimit(2). On systems other than Linux, most values are absent.
OUSAGE_DECL ProcessFacts process_facts();

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/file/impl/process_facts.hpp>
#endif
