#pragma once

#include <ousage/core/error.hpp>
#include <ousage/core/result.hpp>

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace ousage::program {

/// Returns why a database is no history of this version: the values of `PRAGMA application_id` and
/// `PRAGMA user_version`, and whether its tables are there.
std::optional<Failure>
check_history(std::int64_t application, std::int64_t version, bool has_tables);

/// A connection that writes the history, within one transaction, which holds the lock for writing.
/// Without `commit` the transaction is undone.
class HistoryDatabase {
public:
    /// Opens the database, creates or migrates it, and begins the transaction. Waits at most two
    /// seconds for another writer.
    static Result<HistoryDatabase> open(std::filesystem::path const& file);

    /// Returns the number of an account's server. Adds it if it is new.
    Result<std::int64_t> server(std::string const& account, std::string const& url);

    /// Runs a statement with the values of its parameters. A statement is prepared once.
    std::optional<Failure> run(char const* sql, std::initializer_list<std::int64_t> values);

    /// Ends the transaction.
    std::optional<Failure> commit();

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };

    struct Finalize {
        void operator()(sqlite3_stmt* handle) const;
    };

    explicit HistoryDatabase(sqlite3* handle) : handle_(handle) {}

    std::optional<Failure> begin();
    std::optional<Failure> migrate();
    std::optional<Failure> execute(char const* sql);
    std::optional<Failure> prepare(char const* sql);
    std::int64_t number(char const* sql);
    Failure failure() const;

    std::unique_ptr<sqlite3, Close> handle_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_; // destroyed before the connection
    std::string sql_;                                   // of the statement
};

} // namespace ousage::program
