#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

// SQLite's fixed words for a code: its longer messages repeat names and words of the schema.
inline Failure sqlite_failure(int code) {
    auto const primary = code & 0xFF;
    auto const files = primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR ||
                       primary == SQLITE_READONLY || primary == SQLITE_PROTOCOL;
    auto const stage = primary == SQLITE_INTERRUPT ? Errc::cancelled
                       : files                     ? Errc::file
                                                   : Errc::database;
    auto text = primary == SQLITE_BUSY        ? std::string("locked by another program")
                : primary == SQLITE_INTERRUPT ? std::string()
                                              : std::string(sqlite3_errstr(code));
    return Failure{{}, make_error_code(stage), std::move(text)};
}

struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
};

} // namespace detail

/// One prepared query and its rows. Must not outlive its `Database`.
class Statement {
public:
    /// From a handle of SQLite; `most` is the number of rows after which the file must be corrupt.
    Statement(sqlite3_stmt* handle, std::uint64_t most) : handle_(handle), left_(most) {}

    /// Binds the parameter `?1` and so on, counted from 1.
    void bind(int parameter, std::int64_t value) {
        sqlite3_bind_int64(handle_.get(), parameter, value);
    }

    void bind(int parameter, std::string_view text) {
        sqlite3_bind_text(
            handle_.get(), parameter, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }

    /// Goes to the next row; false at the end and on failure.
    bool step() {
        code_ = sqlite3_step(handle_.get());
        if (code_ == SQLITE_ROW && left_-- == 0) {
            code_ = SQLITE_CORRUPT;
        }
        return code_ == SQLITE_ROW;
    }

    /// Why the last step failed; empty where it did not.
    std::optional<Failure> failure() const {
        return code_ == SQLITE_DONE || code_ == SQLITE_ROW
                   ? std::nullopt
                   : std::optional(detail::sqlite_failure(code_));
    }

    /// True where the row at hand holds a value beyond the limit of the connection.
    bool is_too_big() const noexcept { return (code_ & 0xFF) == SQLITE_TOOBIG; }

    /// SQLITE_NULL, SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT or SQLITE_BLOB; columns from 0.
    int type(int column) const { return sqlite3_column_type(handle_.get(), column); }

    /// The column as an integer; 0 where it is none.
    std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }

    /// The column's bytes, NUL and broken UTF-8 as they are, until the next step; empty for NULL.
    std::string_view text(int column) const {
        auto const* const bytes = sqlite3_column_text(handle_.get(), column);
        auto const size = sqlite3_column_bytes(handle_.get(), column);
        return bytes == nullptr
                   ? std::string_view()
                   : std::string_view(
                         reinterpret_cast<char const*>(bytes), static_cast<std::size_t>(size));
    }

private:
    std::unique_ptr<sqlite3_stmt, detail::Finalize> handle_;
    std::uint64_t left_;
    int code_ = SQLITE_DONE;
};

} // namespace OUSAGE_NAMESPACE::io
