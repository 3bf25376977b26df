#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/sqlite/detail/read_only_vfs.hpp>
#include <ousage/io/sqlite/sqlite_statement.hpp>

#include <sqlite3.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

/// How a database file is opened.
enum class Opening {
    closed, ///< no process writes to it: read without locks; unsafe otherwise
    live,   ///< another process may be writing: use its -wal and -shm without writing to them
    orphan, ///< with a -wal that no process has open: read without locks, with an index in memory
    own,    ///< a private copy: SQLite may recover it and write next to it
};

namespace detail {

struct CloseDatabase {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};

// Sleeps for `time` or until `stop` is requested.
inline void pause(std::stop_token const& stop, std::chrono::milliseconds time) {
    auto mutex = std::mutex{};
    auto bell = std::condition_variable_any{};
    auto lock = std::unique_lock(mutex);
    bell.wait_for(lock, stop, time, [] { return false; });
}

} // namespace detail

/// A read-only connection to a SQLite database, within one transaction: every query sees the same
/// state. The file is untrusted input: views and triggers are disabled, the schema is not trusted,
/// and no value larger than `largest_value` is loaded into memory.
class Database {
public:
    /// The largest text or blob that a query returns, in bytes. Use `read_large` for larger ones.
    static constexpr int largest_value = 1024 * 1024;

    /// Opens a database and begins a read transaction. If another program locks the database, waits
    /// at most two seconds. The failure has code `Errc::database`, `Errc::file` if a file could not
    /// be opened or read, or `Errc::cancelled` after `stop` was requested.
    static Result<Database>
    open(std::filesystem::path const& path, Opening opening, std::stop_token stop) {
        sqlite3* handle = nullptr;
        auto const read_only = opening != Opening::own;
        auto const* const files = opening == Opening::orphan ? detail::unlocked_read_only_vfs()
                                  : read_only                ? detail::read_only_vfs()
                                                             : nullptr;
        if (read_only && files == nullptr) {
            return {Errc::file, "this platform has no files without locks"};
        }
        auto const code = sqlite3_open_v2(
            uri(path, opening).c_str(), &handle,
            (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_URI |
                SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
            files);
        auto database = Database(handle, std::move(stop));
        if (code != SQLITE_OK) {
            return detail::sqlite_failure(code);
        }
        database.harden();
        if (auto const failure = database.begin(opening)) {
            return *failure;
        }
        return database;
    }

    /// Prepares a query. If it returns more than `most` rows, the file is considered corrupt.
    Result<Statement> prepare(
        std::string const& sql, std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) {
        sqlite3_stmt* statement = nullptr;
        auto const code = sqlite3_prepare_v2(
            handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
        if (code != SQLITE_OK) {
            return detail::sqlite_failure(code);
        }
        return Statement(statement, most);
    }

    /// Returns true if `name` is an ordinary table, not a view or a virtual table.
    Result<bool> has_table(std::string_view name) {
        auto statement =
            prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND "
                    "lower(name) = ?1");
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

    /// Returns true if the table has a column with that name.
    bool has_column(char const* table, char const* column) {
        return sqlite3_table_column_metadata(
                   handle_.get(), "main", table, column, nullptr, nullptr, nullptr, nullptr,
                   nullptr) == SQLITE_OK;
    }

    /// Passes a text or blob of any size to `sink(std::string_view)` in blocks of up to 64 KiB.
    /// Returns the failure, if any.
    template <class Sink>
    std::optional<Failure>
    read_large(char const* table, char const* column, std::int64_t row, Sink&& sink) {
        sqlite3_blob* handle = nullptr;
        auto code = sqlite3_blob_open(handle_.get(), "main", table, column, row, 0, &handle);
        auto const blob = std::unique_ptr<sqlite3_blob, CloseBlob>(handle);
        auto const size = code == SQLITE_OK ? sqlite3_blob_bytes(handle) : 0;
        auto block = std::string(64 * 1024, '\0');
        for (int at = 0; code == SQLITE_OK && at < size;) {
            auto const count = std::min(size - at, static_cast<int>(block.size()));
            code = stop_->stop_requested() ? SQLITE_INTERRUPT
                                           : sqlite3_blob_read(handle, block.data(), count, at);
            if (code == SQLITE_OK) {
                sink(std::string_view(block.data(), static_cast<std::size_t>(count)));
            }
            at += count;
        }
        return code == SQLITE_OK ? std::nullopt : std::optional(detail::sqlite_failure(code));
    }

    /// Returns an upper bound of the number of rows in a table: a row takes at least four bytes.
    std::uint64_t most_rows() {
        auto const size = [this](char const* pragma) {
            auto statement = prepare(pragma);
            return statement && statement->step() ? statement->integer(0) : 0;
        };
        return static_cast<std::uint64_t>(size("PRAGMA page_count") * size("PRAGMA page_size")) / 4;
    }

private:
    struct CloseBlob {
        void operator()(sqlite3_blob* blob) const { sqlite3_blob_close(blob); }
    };

    Database(sqlite3* handle, std::stop_token stop)
        : stop_(std::make_unique<std::stop_token>(std::move(stop))), handle_(handle) {}

    static std::string uri(std::filesystem::path const& path, Opening opening) {
        static constexpr std::string_view digits = "0123456789ABCDEF";
        static constexpr std::string_view plain =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
        auto text = std::string("file:");
        for (auto const letter : std::filesystem::absolute(path).string()) {
            auto const byte = static_cast<unsigned char>(letter);
            if (plain.find(letter) != plain.npos) {
                text += letter;
            } else {
                text += {'%', digits[byte >> 4], digits[byte & 15]};
            }
        }
        switch (opening) {
        case Opening::closed: return text + "?mode=ro&immutable=1";
        case Opening::orphan: return text + "?mode=ro";
        case Opening::live: return text + "?mode=ro&readonly_shm=1";
        case Opening::own: return text + "?mode=rw";
        }
        return text;
    }

    // See https://sqlite.org/security.html, "Defense Against The Dark Arts".
    void harden() {
        auto* const handle = handle_.get();
        sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
        sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
        sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, largest_value);
        sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
        sqlite3_progress_handler(handle, 2000, &should_stop, stop_.get());
        sqlite3_busy_handler(handle, &wait_for_lock, stop_.get());
        sqlite3_exec(
            handle, "PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0",
            nullptr, nullptr, nullptr);
    }

    // The transaction starts when the first page is read.
    std::optional<Failure> begin(Opening opening) {
        // In exclusive mode SQLite keeps the index of the -wal in private memory.
        auto const* const mode = opening == Opening::orphan ? "PRAGMA locking_mode=EXCLUSIVE" : "";
        for (auto const* const sql : {mode, "BEGIN", "SELECT count(*) FROM sqlite_schema"}) {
            auto const code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
            if (code != SQLITE_OK) {
                return detail::sqlite_failure(sqlite3_extended_errcode(handle_.get()));
            }
        }
        return std::nullopt;
    }

    static int should_stop(void* stop) {
        return static_cast<std::stop_token const*>(stop)->stop_requested() ? 1 : 0;
    }

    static int wait_for_lock(void* stop, int already) {
        auto const& token = *static_cast<std::stop_token const*>(stop);
        if (already >= 100 || token.stop_requested()) {
            return 0;
        }
        detail::pause(token, std::chrono::milliseconds(20));
        return 1;
    }

    std::unique_ptr<std::stop_token> stop_; // on the heap, because SQLite keeps its address
    std::unique_ptr<sqlite3, detail::CloseDatabase> handle_;
};

} // namespace OUSAGE_NAMESPACE::io
