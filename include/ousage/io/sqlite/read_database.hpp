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

// How to open it where so many ways have failed for want of rights or files.
inline Opening opening_for(DatabaseFiles const& files, int failed) {
    // What an unfinished transaction changed can only be undone in a copy.
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
    // The open files outlive their names: nothing is left behind, however the program ends.
    return Database::open(copy->path(), opening, stop);
}

} // namespace detail

/// How the reading of a database ended.
struct DatabaseRead {
    std::optional<Failure> failure; ///< why nothing could be read; none: `read` was called
    DatabaseFiles files;            ///< the state that was read
};

/// Reads a database that others may be writing, without changing a byte of it or beside it, and
/// without keeping its writer from anything: calls `read(database, holds)` with a connection whose
/// queries all see one committed state. `holds()` tells whether the state read so far is still
/// proven to be whole; give nothing away where it is not. Where the file moved meanwhile, `read` is
/// called again, with another connection, and has to start anew.
///
/// Without a -wal, or with an empty one, the file is read as it lies and then proven not to have
/// moved; with -wal and -shm, by the writer's own index, as one more reader; with a -wal alone, or
/// an index that cannot be opened, by an index of its own in memory, and proven likewise; with an
/// unfinished rollback journal, from a private copy. The failure is `no_such_file_or_directory`
/// where there is no file.
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
        // SQLite deletes the -wal of a database without bytes.
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
