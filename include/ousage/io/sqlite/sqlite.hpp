#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/sqlite/sqlite_statement.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

struct sqlite3;

namespace OUSAGE_NAMESPACE::io {

/// How a database file is opened.
enum class OpenMode {
    closed, ///< no process writes to it: read without locks; unsafe otherwise
    live,   ///< another process may be writing: use its -wal and -shm without writing to them
    orphan, ///< with a -wal that no process has open: read without locks, with an index in memory
    copy,   ///< copied first, into temporary files without names, where SQLite may recover it
};

/// A read-only connection to a SQLite database, within one transaction: every query sees the same
/// state. The file is untrusted input: views and triggers are disabled, the schema is not trusted,
/// and no value larger than `largest_value` is loaded into memory.
class Database {
public:
    /// The largest text or blob that a query returns, in bytes. Use `read_large` for larger ones.
    static constexpr int largest_value = 1024 * 1024;

    /// Called with a block of a text or blob.
    using Sink = std::function<void(std::string_view block)>;

    /// Opens a database and begins a read transaction. If another program locks the database, waits
    /// at most two seconds. The failure has code `Errc::database`, `Errc::file` if a file could not
    /// be opened or read, or `Errc::cancelled` after `stop` was requested.
    static Result<Database>
    open(std::filesystem::path const& path, OpenMode mode, std::stop_token stop);

    /// Prepares a query. If it returns more than `most` rows, the file is considered corrupt.
    Result<Statement>
    prepare(std::string const& sql, std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

    /// Returns true if `name` is an ordinary table, not a view or a virtual table. Like SQLite,
    /// ignores the case of ASCII letters.
    Result<bool> has_table(std::string_view name);

    /// Returns true if the table has a column with that name; ignores the case of ASCII letters.
    bool has_column(char const* table, char const* column);

    /// Passes a text or blob of any size to `sink` in blocks of up to 64 KiB. Returns the failure,
    /// if any.
    std::optional<Failure>
    read_large(char const* table, char const* column, std::int64_t row, Sink const& sink);

    /// Returns an upper bound of the number of rows in a table: a row takes at least four bytes.
    std::uint64_t most_rows();

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };

    Database(sqlite3* handle, std::stop_token stop, std::shared_ptr<void const> copy);

    void harden();
    std::optional<Failure> begin(OpenMode mode);

    std::unique_ptr<std::stop_token> stop_; // on the heap, because SQLite keeps its address
    std::shared_ptr<void const> copy_;      // the files of `OpenMode::copy`
    std::unique_ptr<sqlite3, Close> handle_;
};

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/sqlite/impl/sqlite.hpp>
#endif
