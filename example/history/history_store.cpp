#include "example/history/history_store.hpp"

#if OUSAGE_WITH_SQLITE
#    include "example/history/history_database.hpp"
#    include <ousage/io/sqlite/read_database.hpp>

#    include <sqlite3.h>

#    include <algorithm>
#    include <array>
#    include <limits>
#    include <string_view>
#    include <system_error>
#endif

#include <utility>

namespace ousage::program {

#if OUSAGE_WITH_SQLITE

namespace {

using ollama::HourlySums;
using ollama::HourSums;

// The metrics by their numbers in the database, from 1. New ones are added at the end.
constexpr std::array metrics{
    &HourSums::requests, &HourSums::input_tokens, &HourSums::output_tokens, &HourSums::errors};

// More rows than two years have are a sign of a corrupt file.
constexpr auto most_rows =
    static_cast<std::uint64_t>(HistoryStore::kept_hours + 1) * metrics.size();

constexpr char const* replace_sql =
    "INSERT INTO sums (server, hour, metric, value) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (server, hour, metric) DO UPDATE SET value = excluded.value";

constexpr char const* raise_sql =
    "INSERT INTO sums (server, hour, metric, value) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (server, hour, metric) DO UPDATE SET value = max(value, excluded.value)";

// Deletes the hours before ?1, unless none from ?2 to ?3 is stored: then the clock may be wrong.
constexpr char const* delete_sql =
    "DELETE FROM sums WHERE server IN (SELECT id FROM servers) AND hour < ?1 AND EXISTS "
    "(SELECT 1 FROM sums WHERE server IN (SELECT id FROM servers) AND hour BETWEEN ?2 AND ?3)";

constexpr std::int64_t month = std::int64_t{24} * 31; // in hours

std::int64_t to_integer(std::uint64_t value) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min(value, static_cast<std::uint64_t>(most)));
}

std::optional<Failure>
write_hour(HistoryDatabase& database, std::int64_t server, StoredHour const& hour, bool replaces) {
    for (std::size_t index = 0; index < metrics.size(); ++index) {
        auto const& value = hour.sums.*metrics[index];
        if (!value) {
            continue;
        }
        auto const failure = database.run(
            replaces ? replace_sql : raise_sql,
            {server, hour.hour, static_cast<std::int64_t>(index + 1), to_integer(*value)});
        if (failure) {
            return failure;
        }
    }
    return std::nullopt;
}

std::optional<Failure> write_hours(
    HistoryDatabase& database, std::string const& account, std::string const& url,
    std::vector<StoredHour> const& hours, std::int64_t now) {
    auto const server = database.server(account, url);
    if (!server) {
        return server.failure();
    }
    auto const oldest = now - HistoryStore::kept_hours;
    if (auto failure = database.run(delete_sql, {oldest, now - 2 * month, now - month})) {
        return failure;
    }
    for (auto const& hour : hours) {
        if (hour.hour < oldest || hour.hour > now) {
            continue;
        }
        if (auto const failure = write_hour(database, *server, hour, hour.is_complete)) {
            return failure;
        }
    }
    return std::nullopt;
}

Failure corrupt(char const* text) {
    return Failure{{}, make_error_code(Errc::database), text};
}

// Returns a value of PRAGMA `name`.
std::int64_t pragma(io::Database& database, std::string const& name) {
    auto statement = database.prepare("PRAGMA " + name);
    return statement && statement->step() ? statement->integer(0) : -1;
}

std::optional<Failure> check_schema(io::Database& database) {
    return check_history(
        pragma(database, "application_id"), pragma(database, "user_version"),
        database.has_column("sums", "value") && database.has_column("servers", "url"));
}

std::optional<Failure> read_hours(
    io::Database& database, std::string const& account, std::string const& url, std::int64_t first,
    std::int64_t last, HourlySums& into) {
    if (auto failure = check_schema(database)) {
        return failure;
    }
    auto statement = database.prepare(
        "SELECT hour, metric, value FROM sums WHERE hour BETWEEN ?3 AND ?4 AND server = "
        "(SELECT id FROM servers WHERE account = ?1 AND url = ?2)",
        most_rows);
    if (!statement) {
        return statement.failure();
    }
    statement->bind(1, account);
    statement->bind(2, url);
    statement->bind(3, first);
    statement->bind(4, last);
    while (statement->step()) {
        auto const metric = statement->integer(1);
        auto const value = statement->integer(2);
        for (int column = 0; column < 3; ++column) {
            if (statement->type(column) != SQLITE_INTEGER) {
                return corrupt("a row is no row of numbers");
            }
        }
        if (value < 0) {
            return corrupt("a sum is negative");
        }
        if (metric >= 1 && metric <= static_cast<std::int64_t>(metrics.size())) {
            auto& sums = into[statement->integer(0)];
            sums.*metrics[static_cast<std::size_t>(metric - 1)] = static_cast<std::uint64_t>(value);
        }
    }
    return statement->failure();
}

// Reads a regular file with the locks of SQLite. `io::read_database` copies a database that is
// being written, which would release the locks of a writer in this process, so it is left for those
// that cannot be opened like this: `Errc::file`, for example after a writer was killed.
template <class Read>
std::optional<Failure>
read_locked(std::filesystem::path const& file, std::stop_token const& stop, Read const& read) {
    auto database = io::Database::open(file, io::OpenMode::live, stop);
    if (!database) {
        return database.failure();
    }
    read(*database);
    return std::nullopt;
}

Failure of_file(std::filesystem::path const& file, Failure failure) {
    auto const text = failure.text.empty() ? failure.code.message() : failure.text;
    failure.text = file.string() + ": " + text;
    return failure;
}

} // namespace

std::optional<Failure> HistoryStore::record(
    std::string const& account, std::string const& url, std::vector<StoredHour> const& hours,
    std::chrono::sys_seconds now) const {
    auto database = HistoryDatabase::open(file_);
    auto failure = std::optional<Failure>{};
    if (!database) {
        failure = database.failure();
    } else {
        failure = write_hours(*database, account, url, hours, ollama::hour_number(now));
        failure = failure ? failure : database->commit();
    }
    return failure ? std::optional(of_file(file_, *failure)) : std::nullopt;
}

Result<HourlySums> HistoryStore::read(
    std::string const& account, std::string const& url, std::int64_t first, std::int64_t last,
    std::stop_token const& stop) const {
    auto error = std::error_code();
    auto const size = std::filesystem::file_size(file_, error);
    if (error == std::errc::no_such_file_or_directory || (!error && size == 0)) {
        return HourlySums{};
    }
    auto hours = HourlySums{};
    auto inner = std::optional<Failure>{};
    auto failure = std::optional<Failure>{};
    auto const read_with = [&](io::Database& database) {
        hours.clear();
        inner = read_hours(database, account, url, first, last, hours);
    };
    if (!error) {
        failure = read_locked(file_, stop, read_with);
    }
    if (error || (failure && failure->code == Errc::file)) {
        failure = io::read_database(file_, stop, [&](io::Database& database, auto const&) {
                      read_with(database);
                  }).failure;
    }
    if (failure || inner) {
        return of_file(file_, failure ? *failure : *inner);
    }
    return hours;
}

#else

std::optional<Failure> HistoryStore::record(
    std::string const&, std::string const&, std::vector<StoredHour> const&,
    std::chrono::sys_seconds) const {
    return Failure{{}, make_error_code(Errc::unsupported), "this build cannot store a history"};
}

Result<ollama::HourlySums> HistoryStore::read(
    std::string const&, std::string const&, std::int64_t, std::int64_t,
    std::stop_token const&) const {
    return ollama::HourlySums{};
}

#endif

} // namespace ousage::program
