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

// Uses SQLite's fixed text for the code, because its detailed messages contain names and text from
// the schema.
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

/// A prepared query and its rows. Must not outlive its `Database`.
class Statement {
public:
    /// Takes ownership of a statement handle. If the query returns more than `most` rows, the file
    /// is considered corrupt.
    Statement(sqlite3_stmt* handle, std::uint64_t most) : handle_(handle), left_(most) {}

    /// Binds a value to the parameter `?1`, `?2` and so on; numbered from 1.
    void bind(int parameter, std::int64_t value) {
        sqlite3_bind_int64(handle_.get(), parameter, value);
    }

    void bind(int parameter, std::string_view text) {
        sqlite3_bind_text(
            handle_.get(), parameter, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }

    /// Moves to the next row. Returns false at the end and on failure.
    bool step() {
        code_ = sqlite3_step(handle_.get());
        if (code_ == SQLITE_ROW && left_-- == 0) {
            code_ = SQLITE_CORRUPT;
        }
        return code_ == SQLITE_ROW;
    }

    /// Returns why the last step failed; empty if it did not.
    std::optional<Failure> failure() const {
        return code_ == SQLITE_DONE || code_ == SQLITE_ROW
                   ? std::nullopt
                   : std::optional(detail::sqlite_failure(code_));
    }

    /// Returns true if the last step failed because a value exceeds the limit of the connection.
    bool is_too_big() const noexcept { return (code_ & 0xFF) == SQLITE_TOOBIG; }

    /// Returns SQLITE_NULL, SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT or SQLITE_BLOB. Columns are
    /// numbered from 0.
    int type(int column) const { return sqlite3_column_type(handle_.get(), column); }

    /// Returns the column as an integer; 0 if it is not a number.
    std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }

    /// Returns the bytes of the column, including NUL and invalid UTF-8; empty for NULL. Valid
    /// until the next step.
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
