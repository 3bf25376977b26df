#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::io {

/// Reads a file of procfs or sysfs, at most `limit` bytes; the rest is ignored. These files have no
/// size, and each `read` produces text at that moment. Empty if the file cannot be read. Blocks
/// while the kernel does. On systems other than Linux it works for any regular file.
OUSAGE_DECL std::optional<std::string>
read_proc_file(std::filesystem::path const& path, std::size_t limit = 4096);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/platform/impl/proc_file.hpp>
#endif
