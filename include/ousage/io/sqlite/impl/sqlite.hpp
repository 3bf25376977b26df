#pragma once

#include <ousage/io/sqlite/detail/pause.hpp>
#include <ousage/io/sqlite/detail/private_copy.hpp>
#include <ousage/io/sqlite/detail/read_only_vfs.hpp>
#include <ousage/io/sqlite/detail/sqlite_failure.hpp>
#include <ousage/io/sqlite/sqlite.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

inline std::string database_uri(std::filesystem::path const& path, OpenMode mode) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    static constexpr std::string_view unescaped =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    auto uri = std::string("file:");
    for (auto const character : std::filesystem::absolute(path).string()) {
        auto const byte = static_cast<unsigned char>(character);
        if (unescaped.find(character) != unescaped.npos) {
            uri += character;
        } else {
            uri += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    switch (mode) {
    case OpenMode::closed: return uri + "?mode=ro&immutable=1";
    case OpenMode::orphan: return uri + "?mode=ro";
    case OpenMode::live: return uri + "?mode=ro&readonly_shm=1";
    case OpenMode::copy: return PrivateCopy::name;
    }
    return uri;
}

// Progress handler: a result other than 0 interrupts the query.
inline int should_interrupt(void* stop) {
    return static_cast<std::stop_token const*>(stop)->stop_requested() ? 1 : 0;
}

// Busy handler: a result other than 0 repeats the attempt to lock the database.
inline int wait_for_lock(void* stop, int attempts) {
    auto const& token = *static_cast<std::stop_token const*>(stop);
    if (attempts >= 100 || token.stop_requested()) {
        return 0;
    }
    pause(token, std::chrono::milliseconds(20));
    return 1;
}

struct CloseBlob {
    void operator()(sqlite3_blob* blob) const { sqlite3_blob_close(blob); }
};

} // namespace detail

OUSAGE_DECL void Database::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

OUSAGE_DECL
Database::Database(sqlite3* handle, std::stop_token stop, std::shared_ptr<void const> copy)
    : stop_(std::make_unique<std::stop_token>(std::move(stop))),
      copy_(std::move(copy)),
      handle_(handle) {}

OUSAGE_DECL Result<Database>
Database::open(std::filesystem::path const& path, OpenMode mode, std::stop_token stop) {
    sqlite3* handle = nullptr;
    auto const read_only = mode != OpenMode::copy;
    auto copy = std::shared_ptr<detail::PrivateCopy const>();
    if (!read_only) {
        auto made = detail::PrivateCopy::of(path, stop);
        if (!made) {
            return made.failure();
        }
        copy = std::move(*made);
    }
    auto const* const vfs = mode == OpenMode::orphan ? detail::unlocked_read_only_vfs()
                            : read_only              ? detail::read_only_vfs()
                                                     : copy->vfs();
    if (vfs == nullptr) {
        return {Errc::file, "this platform cannot open files without locks"};
    }
    auto const code = sqlite3_open_v2(
        detail::database_uri(path, mode).c_str(), &handle,
        (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_URI |
            SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
        vfs);
    auto database = Database(handle, std::move(stop), std::move(copy));
    if (code != SQLITE_OK) {
        return detail::sqlite_failure(code);
    }
    database.harden();
    if (auto const failure = database.begin(mode)) {
        return *failure;
    }
    return database;
}

// See https://sqlite.org/security.html, "Defense Against The Dark Arts".
OUSAGE_DECL void Database::harden() {
    auto* const handle = handle_.get();
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, largest_value);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_progress_handler(handle, 2000, &detail::should_interrupt, stop_.get());
    sqlite3_busy_handler(handle, &detail::wait_for_lock, stop_.get());
    sqlite3_exec(
        handle, "PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0", nullptr,
        nullptr, nullptr);
}

// The transaction starts when the first page is read.
OUSAGE_DECL std::optional<Failure> Database::begin(OpenMode mode) {
    // In exclusive mode SQLite keeps the index of the -wal in private memory.
    auto const alone = mode == OpenMode::orphan || mode == OpenMode::copy;
    auto const* const locking = alone ? "PRAGMA locking_mode=EXCLUSIVE" : "";
    for (auto const* const sql : {locking, "BEGIN", "SELECT count(*) FROM sqlite_schema"}) {
        auto const code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) {
            return detail::sqlite_failure(sqlite3_extended_errcode(handle_.get()));
        }
    }
    return std::nullopt;
}

OUSAGE_DECL Result<Statement> Database::prepare(std::string const& sql, std::uint64_t most) {
    sqlite3_stmt* statement = nullptr;
    auto const code = sqlite3_prepare_v2(
        handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK) {
        return detail::sqlite_failure(code);
    }
    return Statement(statement, most);
}

OUSAGE_DECL Result<bool> Database::has_table(std::string_view name) {
    auto statement = prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 "
                             "AND name = ?1 COLLATE NOCASE");
    if (!statement) {
        return statement.failure();
    }
    statement->bind(1, name);
    auto const found = statement->step();
    if (auto const failure = statement->failure()) {
        return *failure;
    }
    return found;
}

OUSAGE_DECL bool Database::has_column(char const* table, char const* column) {
    return sqlite3_table_column_metadata(
               handle_.get(), "main", table, column, nullptr, nullptr, nullptr, nullptr, nullptr) ==
           SQLITE_OK;
}

OUSAGE_DECL std::optional<Failure>
Database::read_large(char const* table, char const* column, std::int64_t row, Sink const& sink) {
    sqlite3_blob* handle = nullptr;
    auto code = sqlite3_blob_open(handle_.get(), "main", table, column, row, 0, &handle);
    auto const blob = std::unique_ptr<sqlite3_blob, detail::CloseBlob>(handle);
    auto const size = code == SQLITE_OK ? sqlite3_blob_bytes(handle) : 0;
    auto block = std::string(64 * 1024, '\0');
    for (int offset = 0; code == SQLITE_OK && offset < size;) {
        auto const count = std::min(size - offset, static_cast<int>(block.size()));
        code = stop_->stop_requested() ? SQLITE_INTERRUPT
                                       : sqlite3_blob_read(handle, block.data(), count, offset);
        if (code == SQLITE_OK) {
            sink(std::string_view(block.data(), static_cast<std::size_t>(count)));
        }
        offset += count;
    }
    return code == SQLITE_OK ? std::nullopt : std::optional(detail::sqlite_failure(code));
}

OUSAGE_DECL std::uint64_t Database::most_rows() {
    auto const value_of = [this](char const* pragma) {
        auto statement = prepare(pragma);
        return statement && statement->step() ? statement->integer(0) : 0;
    };
    auto const bytes = value_of("PRAGMA page_count") * value_of("PRAGMA page_size");
    return static_cast<std::uint64_t>(bytes) / 4;
}

} // namespace OUSAGE_NAMESPACE::io
