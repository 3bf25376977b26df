#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

struct sqlite3_stmt;

namespace OUSAGE_NAMESPACE::io {

/// A prepared query and its rows. Must not outlive its `Database`.
class Statement {
public:
    /// Takes ownership of a statement handle. If the query returns more than `most` rows, the file
    /// is considered corrupt.
    Statement(sqlite3_stmt* handle, std::uint64_t most);

    /// Binds a value to the parameter `?1`, `?2` and so on; numbered from 1.
    void bind(int parameter, std::int64_t value);
    void bind(int parameter, std::string_view text);

    /// Moves to the next row. Returns false at the end and on failure.
    bool step();

    /// Returns why the last step failed; empty if it did not.
    std::optional<Failure> failure() const;

    /// Returns true if the last step failed because a value exceeds the limit of the connection.
    bool is_too_big() const noexcept;

    /// Returns SQLITE_NULL, SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT or SQLITE_BLOB of sqlite3.h.
    /// Columns are numbered from 0.
    int type(int column) const;

    /// Returns the column as an integer; 0 if it is not a number.
    std::int64_t integer(int column) const;

    /// Returns the bytes of the column, including NUL and invalid UTF-8; empty for NULL. Valid
    /// until the next step.
    std::string_view text(int column) const;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const;
    };

    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
    std::uint64_t left_; // rows
    int code_;           // result of the last step
};

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/sqlite/impl/sqlite_statement.hpp>
#endif
