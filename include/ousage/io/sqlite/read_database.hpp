#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/io/sqlite/database_files.hpp>
#include <ousage/io/sqlite/sqlite.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>

namespace OUSAGE_NAMESPACE::io {

/// Result of reading a database.
struct DatabaseRead {
    std::optional<Failure> failure; ///< why nothing could be read; empty if `read` was called
    DatabaseFiles files;            ///< the state that was read
};

/// Returns true if the data read so far is still proven to be consistent. If it returns false, do
/// not use the data.
using StillHolds = std::function<bool()>;

/// Reads from a connection.
using ReadDatabase = std::function<void(Database& database, StillHolds const& holds)>;

/// Reads a database that other processes may be writing. Never modifies the database or the files
/// next to it and never blocks its writer. Calls `read` with a connection; all its
/// queries see one committed state. If the files changed during the read, `read` is called again
/// with a new connection and must start over.
///
/// How the database is read depends on the files next to it:
/// - No -wal or an empty one: read the file without locks, then verify that it has not changed.
/// - A -wal and a -shm: read as another reader, with the index of the writer.
/// - Only a -wal, or a -shm that cannot be opened: read with an index in private memory, then
///   verify as above.
/// - An unfinished rollback journal: read a private copy.
///
/// The failure is `no_such_file_or_directory` if the file does not exist.
OUSAGE_DECL DatabaseRead read_database(
    std::filesystem::path const& path, std::stop_token const& stop, ReadDatabase const& read);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/sqlite/impl/read_database.hpp>
#endif
