#pragma once

#include <ousage/config.hpp>
#include <ousage/io/sqlite/database_files.hpp>
#include <ousage/io/sqlite/detail/private_copy.hpp>
#include <ousage/io/sqlite/sqlite.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <system_error>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

// The open mode to try after `failed` earlier modes could not open the files.
inline Opening opening_for(DatabaseFiles const& files, int failed) {
    // The changes of an unfinished transaction can only be rolled back in a copy.
    if (files.hot_journal) {
        return Opening::own;
    }
    if (files.wal.size == 0) {
        return Opening::closed;
    }
    auto const ways = files.has_shm ? 0 : 2;
    return failed + ways < 2 ? Opening::live : failed + ways < 3 ? Opening::orphan : Opening::own;
}

inline DatabaseFiles settled_files(std::filesystem::path const& path, std::stop_token const& stop) {
    auto files = look_at_database(path);
    if (opening_for(files, 0) != Opening::live && !files.is_settled()) {
        pause(stop, std::chrono::milliseconds(25));
        files = look_at_database(path);
    }
    return files;
}

inline Result<Database>
open_database(DatabaseFiles const& files, Opening opening, std::stop_token const& stop) {
    if (opening != Opening::own) {
        return Database::open(files.path, opening, stop);
    }
    auto const copy = PrivateCopy::of(files, stop);
    if (!copy) {
        return copy.failure();
    }
    // The deleted files stay open, so nothing is left on disk, however the program ends.
    return Database::open(copy->path(), opening, stop);
}

} // namespace detail

/// Result of reading a database.
struct DatabaseRead {
    std::optional<Failure> failure; ///< why nothing could be read; empty if `read` was called
    DatabaseFiles files;            ///< the state that was read
};

/// Reads a database that other processes may be writing. Never modifies the database or the files
/// next to it and never blocks its writer. Calls `read(database, holds)` with a connection; all its
/// queries see one committed state. `holds()` returns true if the data read so far is still proven
/// to be consistent; if it returns false, do not use the data. If the files changed during the
/// read, `read` is called again with a new connection and must start over.
///
/// How the database is read depends on the files next to it:
/// - No -wal or an empty one: read the file without locks, then verify that it has not changed.
/// - A -wal and a -shm: read as another reader, with the index of the writer.
/// - Only a -wal, or a -shm that cannot be opened: read with an index in private memory, then
///   verify as above.
/// - An unfinished rollback journal: read a private copy.
///
/// The failure is `no_such_file_or_directory` if the file does not exist.
template <class Read>
DatabaseRead
read_database(std::filesystem::path const& path, std::stop_token const& stop, Read&& read) {
    auto const ended = [](DatabaseFiles const& files, Errc code, char const* text) {
        return DatabaseRead{Failure{{}, make_error_code(code), text}, files};
    };
    int failed = 0;
    auto files = DatabaseFiles{};
    for (int attempt = 0; attempt < 10 && !stop.stop_requested(); ++attempt) {
        files = detail::settled_files(path, stop);
        if (!files.database.there) {
            auto failure = ended(files, Errc::file, "no such file");
            failure.failure->code = std::make_error_code(std::errc::no_such_file_or_directory);
            return failure;
        }
        if (!files.database.regular) {
            return ended(files, Errc::file, "not a regular file");
        }
        // SQLite deletes the -wal of an empty database.
        if (files.database.size == 0) {
            return ended(files, Errc::database, "the file is empty");
        }
        if (files.shared_journal) {
            return ended(files, Errc::database, "in the midst of a transaction over several files");
        }
        auto const opening = detail::opening_for(files, failed);
        auto const holds = [&] {
            return opening == Opening::live || look_at_database(path).same_as(files);
        };
        auto database = detail::open_database(files, opening, stop);
        if (!database) {
            auto const moved = !look_at_database(path).same_as(files);
            auto const another = database.failure().code == Errc::file &&
                                 (opening == Opening::live || opening == Opening::orphan);
            if (!moved && !another) {
                return {database.failure(), files};
            }
            failed += another ? 1 : 0;
            continue;
        }
        if (opening == Opening::own) {
            if (!holds()) {
                continue;
            }
            read(*database, [] { return true; });
            return {std::nullopt, files};
        }
        read(*database, holds);
        if (holds()) {
            return {std::nullopt, files};
        }
    }
    return stop.stop_requested() ? ended(files, Errc::cancelled, "")
                                 : ended(files, Errc::database, "it changed in each of ten reads");
}

} // namespace OUSAGE_NAMESPACE::io
