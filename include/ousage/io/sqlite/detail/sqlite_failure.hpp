#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>

#include <sqlite3.h>

#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::io::detail {

// Uses SQLite's fixed text for the code, because its detailed messages contain names and text from
// the schema.
inline Failure sqlite_failure(int code) {
    auto const primary = code & 0xFF;
    auto const of_file = primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR ||
                         primary == SQLITE_READONLY || primary == SQLITE_PROTOCOL;
    auto const stage = primary == SQLITE_INTERRUPT ? Errc::cancelled
                       : of_file                   ? Errc::file
                                                   : Errc::database;
    auto text = primary == SQLITE_BUSY        ? std::string("locked by another program")
                : primary == SQLITE_INTERRUPT ? std::string()
                                              : std::string(sqlite3_errstr(code));
    return Failure{{}, make_error_code(stage), std::move(text)};
}

} // namespace OUSAGE_NAMESPACE::io::detail
