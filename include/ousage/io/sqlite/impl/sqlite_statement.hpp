#pragma once

#include <ousage/io/sqlite/detail/sqlite_failure.hpp>
#include <ousage/io/sqlite/sqlite_statement.hpp>

#include <sqlite3.h>

#include <cstddef>

namespace OUSAGE_NAMESPACE::io {

OUSAGE_DECL Statement::Statement(sqlite3_stmt* handle, std::uint64_t most)
    : handle_(handle), left_(most), code_(SQLITE_DONE) {}

OUSAGE_DECL void Statement::bind(int parameter, std::int64_t value) {
    sqlite3_bind_int64(handle_.get(), parameter, value);
}

OUSAGE_DECL void Statement::bind(int parameter, std::string_view text) {
    sqlite3_bind_text(
        handle_.get(), parameter, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

OUSAGE_DECL bool Statement::step() {
    code_ = sqlite3_step(handle_.get());
    if (code_ == SQLITE_ROW && left_-- == 0) {
        code_ = SQLITE_CORRUPT;
    }
    return code_ == SQLITE_ROW;
}

OUSAGE_DECL std::optional<Failure> Statement::failure() const {
    return code_ == SQLITE_DONE || code_ == SQLITE_ROW
               ? std::nullopt
               : std::optional(detail::sqlite_failure(code_));
}

OUSAGE_DECL bool Statement::is_too_big() const noexcept {
    return (code_ & 0xFF) == SQLITE_TOOBIG;
}

OUSAGE_DECL int Statement::type(int column) const {
    return sqlite3_column_type(handle_.get(), column);
}

OUSAGE_DECL std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(handle_.get(), column);
}

OUSAGE_DECL std::string_view Statement::text(int column) const {
    auto const* const bytes = sqlite3_column_text(handle_.get(), column);
    auto const size = sqlite3_column_bytes(handle_.get(), column);
    return bytes == nullptr
               ? std::string_view()
               : std::string_view(
                     reinterpret_cast<char const*>(bytes), static_cast<std::size_t>(size));
}

OUSAGE_DECL void Statement::Finalize::operator()(sqlite3_stmt* handle) const {
    sqlite3_finalize(handle);
}

} // namespace OUSAGE_NAMESPACE::io
