#include "example/history/history_database.hpp"

#include "example/history/history_store.hpp"

#if OUSAGE_WITH_SQLITE

#    include <fcntl.h>
#    include <sqlite3.h>
#    include <sys/stat.h>
#    include <unistd.h>

#    include <array>
#    include <cerrno>
#    include <cstring>
#    include <system_error>
#    include <utility>

namespace ousage::program {

namespace {

constexpr std::int64_t application_id = 0x6F757367; // `ousg`

// The statements that lead from the version of the same index to the next one. A new table of
// version 0 is an empty database.
constexpr std::array<char const*, HistoryStore::schema_version> migrations{
    "CREATE TABLE servers (id INTEGER PRIMARY KEY, account TEXT NOT NULL, url TEXT NOT NULL, "
    "UNIQUE (account, url));"
    "CREATE TABLE sums (server INTEGER NOT NULL, hour INTEGER NOT NULL, metric INTEGER NOT NULL, "
    "value INTEGER NOT NULL, PRIMARY KEY (server, hour, metric)) WITHOUT ROWID;"};

Failure failure_of(Errc code, std::string text) {
    return Failure{{}, make_error_code(code), std::move(text)};
}

Failure file_failure(int error) {
    return failure_of(Errc::file, std::strerror(error));
}

// The directory, without links: SQLite opens no file through one.
std::filesystem::path directory_of(std::filesystem::path const& file) {
    auto ignored = std::error_code();
    auto const directory = std::filesystem::absolute(file).parent_path();
    if (!std::filesystem::exists(directory, ignored)) {
        std::filesystem::create_directories(directory.parent_path(), ignored);
        ::mkdir(directory.c_str(), 0700);
    }
    auto const real = std::filesystem::canonical(directory, ignored);
    return real.empty() ? directory : real;
}

// Creates the file if it does not exist, and checks its kind, owner and mode. An existing file is
// not opened: closing it would release the locks of other connections of this process.
std::optional<Failure> prepare_file(std::filesystem::path const& file) {
    struct stat status{};
    if (::lstat(file.c_str(), &status) != 0) {
        auto const number =
            errno == ENOENT ? ::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600)
                            : -1;
        if (number >= 0) {
            ::close(number);
        } else if (errno != EEXIST) {
            return file_failure(errno);
        }
        if (::lstat(file.c_str(), &status) != 0) {
            return file_failure(errno);
        }
    }
    if (S_ISLNK(status.st_mode)) {
        return failure_of(Errc::file, "is a symbolic link");
    }
    if (!S_ISREG(status.st_mode)) {
        return failure_of(Errc::file, "not a regular file");
    }
    if (status.st_uid != ::geteuid()) {
        return failure_of(Errc::file, "belongs to another user");
    }
    if ((status.st_mode & 0777) != 0600 && ::chmod(file.c_str(), 0600) != 0) {
        return file_failure(errno);
    }
    return std::nullopt;
}

} // namespace

std::optional<Failure>
check_history(std::int64_t application, std::int64_t version, bool has_tables) {
    if (application != application_id) {
        return failure_of(Errc::database, "is no history of ousage");
    }
    if (version > HistoryStore::schema_version) {
        return failure_of(Errc::database, "was written by a newer version of ousage");
    }
    return has_tables && version > 0
               ? std::nullopt
               : std::optional(failure_of(Errc::database, "a table is missing"));
}

void HistoryDatabase::Close::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

void HistoryDatabase::Finalize::operator()(sqlite3_stmt* handle) const {
    sqlite3_finalize(handle);
}

Result<HistoryDatabase> HistoryDatabase::open(std::filesystem::path const& file) {
    auto const path = directory_of(file) / file.filename();
    if (auto failure = prepare_file(path)) {
        return std::move(*failure);
    }
    sqlite3* handle = nullptr;
    auto const code = sqlite3_open_v2(
        path.c_str(), &handle,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
            SQLITE_OPEN_NOFOLLOW,
        nullptr);
    auto database = HistoryDatabase(handle);
    if (code != SQLITE_OK) {
        return failure_of(Errc::file, sqlite3_errstr(code));
    }
    if (auto failure = database.begin()) {
        return std::move(*failure);
    }
    return database;
}

// The file may be hostile: see https://sqlite.org/security.html.
std::optional<Failure> HistoryDatabase::begin() {
    auto* const handle = handle_.get();
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 1024 * 1024);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_timeout(handle, 2000);
    auto failure =
        execute("PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; "
                "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; BEGIN IMMEDIATE");
    return failure ? failure : migrate();
}

std::optional<Failure> HistoryDatabase::migrate() {
    auto const tables = number("SELECT count(*) FROM sqlite_schema");
    if (tables < 0) {
        return failure();
    }
    auto version = number("PRAGMA user_version");
    auto const application = number("PRAGMA application_id");
    auto const is_new = tables == 0 && version == 0 && application == 0;
    if (!is_new) {
        auto const has_tables =
            number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND "
                   "name IN ('servers', 'sums')") == 2;
        if (auto failure = check_history(application, version, has_tables)) {
            return failure;
        }
    }
    if (version == HistoryStore::schema_version) {
        return std::nullopt;
    }
    for (; version < HistoryStore::schema_version; ++version) {
        if (auto failure = execute(migrations[static_cast<std::size_t>(version)])) {
            return failure;
        }
    }
    auto const numbers = "PRAGMA application_id=" + std::to_string(application_id) +
                         "; PRAGMA user_version=" + std::to_string(version);
    return execute(numbers.c_str());
}

Result<std::int64_t> HistoryDatabase::server(std::string const& account, std::string const& url) {
    for (auto const* const sql :
         {"INSERT OR IGNORE INTO servers (account, url) VALUES (?1, ?2)",
          "SELECT id FROM servers WHERE account = ?1 AND url = ?2"}) {
        if (auto const failure = prepare(sql)) {
            return *failure;
        }
        int parameter = 0;
        for (auto const* const text : {&account, &url}) {
            sqlite3_bind_text(
                statement_.get(), ++parameter, text->data(), static_cast<int>(text->size()),
                SQLITE_TRANSIENT);
        }
        auto const code = sqlite3_step(statement_.get());
        if (code == SQLITE_ROW) {
            return sqlite3_column_int64(statement_.get(), 0);
        }
        if (code != SQLITE_DONE) {
            return failure();
        }
    }
    return failure_of(Errc::database, "a row is missing");
}

std::optional<Failure>
HistoryDatabase::run(char const* sql, std::initializer_list<std::int64_t> values) {
    if (auto failure = prepare(sql)) {
        return failure;
    }
    int parameter = 0;
    for (auto const value : values) {
        sqlite3_bind_int64(statement_.get(), ++parameter, value);
    }
    auto const code = sqlite3_step(statement_.get());
    auto result = code == SQLITE_DONE ? std::nullopt : std::optional(failure());
    sqlite3_reset(statement_.get());
    return result;
}

std::optional<Failure> HistoryDatabase::commit() {
    statement_.reset();
    sql_.clear();
    return execute("COMMIT");
}

std::optional<Failure> HistoryDatabase::execute(char const* sql) {
    auto const code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? std::nullopt : std::optional(failure());
}

std::optional<Failure> HistoryDatabase::prepare(char const* sql) {
    if (statement_ && sql_ == sql) {
        return std::nullopt;
    }
    sqlite3_stmt* statement = nullptr;
    auto const code = sqlite3_prepare_v2(handle_.get(), sql, -1, &statement, nullptr);
    statement_.reset(statement);
    sql_ = sql;
    return code == SQLITE_OK ? std::nullopt : std::optional(failure());
}

// Returns the number in the first row; -1 on failure.
std::int64_t HistoryDatabase::number(char const* sql) {
    auto const failed = prepare(sql).has_value();
    auto const is_row = !failed && sqlite3_step(statement_.get()) == SQLITE_ROW;
    auto const value = is_row ? sqlite3_column_int64(statement_.get(), 0) : -1;
    statement_.reset();
    sql_.clear();
    return value;
}

// SQLite's fixed text for the code, because its detailed messages contain text from the file.
Failure HistoryDatabase::failure() const {
    auto const code = sqlite3_extended_errcode(handle_.get());
    auto const primary = code & 0xFF;
    auto const is_of_file = primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR ||
                            primary == SQLITE_READONLY || primary == SQLITE_FULL;
    return failure_of(
        is_of_file ? Errc::file : Errc::database,
        primary == SQLITE_BUSY ? "locked by another program" : sqlite3_errstr(code));
}

} // namespace ousage::program

#endif
