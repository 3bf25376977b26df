#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>

#include <cstddef>
#include <filesystem>
#include <string>

namespace OUSAGE_NAMESPACE::io {

/// Reads a whole file of at most `limit` bytes. If the file does not exist, the failure is
/// `no_such_file_or_directory`; every other failure has code `Errc::file` or `Errc::limit`.
OUSAGE_DECL Result<std::string>
read_small_file(std::filesystem::path const& path, std::size_t limit);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/file/impl/small_file.hpp>
#endif
