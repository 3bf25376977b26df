#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/io/sqlite/sqlite.hpp>
#include <ousage/ollama/desktop/detail/desktop_facts.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// One reading of the database in progress: the connection, the values and the failures so far.
struct DesktopReading {
    DesktopReading(io::Database& from, DesktopFacts known)
        : database(from), most_rows(from.most_rows()), facts(std::move(known)) {}

    io::Database& database;
    std::uint64_t most_rows; // upper bound of the rows in the file
    DesktopFacts facts;
    std::vector<Failure> failures;
    std::vector<std::pair<std::int64_t, std::uint32_t>> calls; // calls by message id, sorted
    std::vector<std::pair<std::int64_t, std::uint32_t>>
        attachments; // attachments by message id, sorted
    bool has_calls = false;
    bool has_attachments = false;
    bool broken = false; // SQLite reported an error; the next attempt may succeed

    void fail(std::string part, Failure failure) {
        broken = true;
        failure.part = std::move(part);
        failures.push_back(std::move(failure));
    }

    void fail(std::string part, Errc code, std::string text) {
        failures.push_back(Failure{std::move(part), make_error_code(code), std::move(text)});
    }

    // Reports the number of rows without a valid time.
    void report_invalid_times(std::string part, std::uint64_t rows) {
        if (rows > 0) {
            auto const* const text =
                rows == 1 ? " row contains no valid time" : " rows contain no valid time";
            fail(std::move(part), Errc::parse, std::to_string(rows) + text);
        }
    }

    // Returns true if the table can be read. Reports a missing table if it is expected.
    bool has_table(char const* table, bool expected) {
        auto const found = database.has_table(table);
        if (!found) {
            fail(table, found.failure());
        } else if (!*found && expected) {
            fail(table, Errc::database, "no such table");
        }
        return found && *found;
    }

    // Returns the column's name for a query. Returns NULL and reports a failure if it is missing.
    std::string column(char const* table, char const* name, bool& exists) {
        exists = database.has_column(table, name);
        if (!exists) {
            fail(std::string(table) + "." + name, Errc::database, "no such column");
        }
        return exists ? name : "NULL";
    }

    // Returns false if the schema version of this database is known to be older than `version`.
    bool since(std::int64_t version) const {
        return facts.plain.desktop_schema_version.value_or(version) >= version;
    }
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
