#pragma once

#include <ousage/io/sqlite/detail/pause.hpp>
#include <ousage/io/sqlite/read_database.hpp>

#include <chrono>
#include <system_error>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

// The open mode to try after `failed` earlier modes could not open the files.
inline OpenMode mode_for(DatabaseFiles const& files, int failed) {
    // The changes of an unfinished transaction can only be rolled back in a copy.
    if (files.hot_journal) {
        return OpenMode::copy;
    }
    if (files.wal.size == 0) {
        return OpenMode::closed;
    }
    auto const skipped = files.has_shm ? 0 : 2;
    return failed + skipped < 2   ? OpenMode::live
           : failed + skipped < 3 ? OpenMode::orphan
                                  : OpenMode::copy;
}

inline DatabaseFiles settled_files(std::filesystem::path const& path, std::stop_token const& stop) {
    auto files = examine_database(path);
    if (mode_for(files, 0) != OpenMode::live && !files.is_settled()) {
        pause(stop, std::chrono::milliseconds(25));
        files = examine_database(path);
    }
    return files;
}

} // namespace detail

OUSAGE_DECL DatabaseRead read_database(
    std::filesystem::path const& path, std::stop_token const& stop, ReadDatabase const& read) {
    auto const failed_read = [](DatabaseFiles const& files, Errc code, char const* text) {
        return DatabaseRead{Failure{{}, make_error_code(code), text}, files};
    };
    int failed = 0;
    auto files = DatabaseFiles{};
    for (int attempt = 0; attempt < 10 && !stop.stop_requested(); ++attempt) {
        files = detail::settled_files(path, stop);
        if (!files.database.exists) {
            auto failure = failed_read(files, Errc::file, "no such file");
            failure.failure->code = std::make_error_code(std::errc::no_such_file_or_directory);
            return failure;
        }
        if (!files.database.regular) {
            return failed_read(files, Errc::file, "not a regular file");
        }
        // SQLite deletes the -wal of an empty database.
        if (files.database.size == 0) {
            return failed_read(files, Errc::database, "the file is empty");
        }
        if (files.shared_journal) {
            return failed_read(
                files, Errc::database, "a transaction over several databases is incomplete");
        }
        auto const mode = detail::mode_for(files, failed);
        auto const holds = [&] {
            return mode == OpenMode::live || examine_database(path).same_as(files);
        };
        auto database = Database::open(files.path, mode, stop);
        if (!database) {
            auto const changed = !examine_database(path).same_as(files);
            auto const try_next_mode = database.failure().code == Errc::file &&
                                       (mode == OpenMode::live || mode == OpenMode::orphan);
            if (!changed && !try_next_mode) {
                return {database.failure(), files};
            }
            failed += try_next_mode ? 1 : 0;
            continue;
        }
        if (mode == OpenMode::copy) {
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
    return stop.stop_requested()
               ? failed_read(files, Errc::cancelled, "")
               : failed_read(files, Errc::database, "the files changed during each of ten reads");
}

} // namespace OUSAGE_NAMESPACE::io
