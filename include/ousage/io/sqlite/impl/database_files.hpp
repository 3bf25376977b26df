#pragma once

#include <ousage/io/sqlite/database_files.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

// The first byte of an unfinished journal is not 0. Its first eight bytes are equal to its last
// eight if it names a super-journal, which SQLite would delete after a rollback
// (https://sqlite.org/fileformat2.html, section 3).
inline void examine_journal(std::filesystem::path const& path, DatabaseFiles& files) {
    auto file = std::ifstream(path, std::ios::binary);
    auto first = std::array<char, 8>{};
    auto last = std::array<char, 8>{};
    file.read(first.data(), first.size());
    file.seekg(-8, std::ios::end);
    file.read(last.data(), last.size());
    files.hot_journal = first[0] != 0;
    files.shared_journal = files.hot_journal && first == last;
}

} // namespace detail

OUSAGE_DECL bool DatabaseFiles::same_as(DatabaseFiles const& other) const {
    return path == other.path && database == other.database && wal == other.wal &&
           journal == other.journal;
}

OUSAGE_DECL bool DatabaseFiles::is_settled() const {
    auto const last = std::max(
        {database.modified, database.changed, wal.modified, wal.changed, journal.modified,
         journal.changed});
    auto const since_epoch =
        std::chrono::duration_cast<std::chrono::nanoseconds>(seen.time_since_epoch());
    return last + 20'000'000 < since_epoch.count();
}

OUSAGE_DECL DatabaseFiles examine_database(std::filesystem::path const& path) {
    std::error_code error;
    auto real = std::filesystem::canonical(path, error);
    auto files = DatabaseFiles{};
    files.path = error ? path : std::move(real);
    files.seen = std::chrono::system_clock::now();
    auto const sibling_of = [&files](char const* suffix) {
        auto sibling = files.path;
        return sibling += suffix;
    };
    files.database = read_stamp(files.path);
    files.wal = read_stamp(sibling_of("-wal"));
    files.journal = read_stamp(sibling_of("-journal"));
    files.has_shm = read_stamp(sibling_of("-shm")).exists;
    if (files.journal.regular && files.journal.size > 0) {
        detail::examine_journal(sibling_of("-journal"), files);
    }
    return files;
}

} // namespace OUSAGE_NAMESPACE::io
