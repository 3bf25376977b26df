#include "support/database.hpp"
#include <ousage/io/sqlite/sqlite.hpp>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <thread>

namespace {

using namespace ousage;
using namespace ousage::io;
using namespace ousage::test;

std::filesystem::path make(TemporaryDirectory const& directory, std::string const& sql) {
    auto const path = directory.path() / "db.sqlite";
    Writer(path).run(sql);
    return path;
}

TEST(Sqlite, ReturnsColumnsByType) {
    auto const directory = TemporaryDirectory();
    auto const path = make(
        directory,
        "CREATE TABLE t (a, b, c, d); INSERT INTO t VALUES (7, 'a' || char(0) || 'b', NULL, "
        "x'ff00'), (1.5, '', 'x', 2)");
    auto database = Database::open(path, OpenMode::closed, {});
    ASSERT_TRUE(database);
    auto query = database->prepare("SELECT a, b, c, d FROM t WHERE rowid >= ?1");
    ASSERT_TRUE(query);
    query->bind(1, std::int64_t{1});
    ASSERT_TRUE(query->step());
    EXPECT_EQ(query->type(0), SQLITE_INTEGER);
    EXPECT_EQ(query->integer(0), 7);
    EXPECT_EQ(query->text(1), std::string_view("a\0b", 3));
    EXPECT_EQ(query->type(2), SQLITE_NULL);
    EXPECT_EQ(query->text(2), "");
    EXPECT_EQ(query->text(3), std::string_view("\xff\0", 2));
    ASSERT_TRUE(query->step());
    EXPECT_EQ(query->type(0), SQLITE_FLOAT);
    EXPECT_FALSE(query->step());
    EXPECT_FALSE(query->failure());
}

TEST(Sqlite, ConvertsTextOfOtherEncodingToUtf8) {
    auto const directory = TemporaryDirectory();
    auto const path = make(
        directory,
        "PRAGMA encoding='UTF-16le'; CREATE TABLE t (a); INSERT INTO t VALUES ('\xC3\xA9')");
    auto database = Database::open(path, OpenMode::closed, {});
    auto query = database->prepare("SELECT a FROM t");
    ASSERT_TRUE(query->step());
    EXPECT_EQ(query->text(0), "\xC3\xA9");
}

TEST(Sqlite, AcceptsOnlyOrdinaryTables) {
    auto const directory = TemporaryDirectory();
    auto const path = make(
        directory, "CREATE TABLE Real_Table (A); CREATE VIEW chats AS SELECT 1 AS id;"
                   "CREATE VIRTUAL TABLE messages USING fts5(content)");
    auto database = Database::open(path, OpenMode::closed, {});
    EXPECT_TRUE(*database->has_table("real_table"));
    EXPECT_TRUE(*database->has_table("Real_Table"));
    EXPECT_TRUE(*database->has_table("REAL_TABLE"));
    EXPECT_FALSE(*database->has_table("real_tabl_"));
    EXPECT_FALSE(*database->has_table("real table"));
    EXPECT_FALSE(*database->has_table("Chats"));
    EXPECT_FALSE(*database->has_table("chats"));
    EXPECT_FALSE(*database->has_table("messages"));
    EXPECT_FALSE(*database->has_table("other"));
    EXPECT_TRUE(database->has_column("real_table", "a"));
    EXPECT_FALSE(database->has_column("real_table", "b"));
    EXPECT_FALSE(database->has_column("other", "a"));
    EXPECT_FALSE(database->prepare("SELECT * FROM chats"));
}

TEST(Sqlite, RejectsAllWrites) {
    auto const directory = TemporaryDirectory();
    auto const path = make(directory, "CREATE TABLE t (a)");
    auto const before = contents_of(directory.path());
    for (auto const mode : {OpenMode::closed, OpenMode::live}) {
        auto database = Database::open(path, mode, {});
        ASSERT_TRUE(database);
        for (auto const* const sql :
             {"INSERT INTO t VALUES (1)", "CREATE TABLE u (a)", "PRAGMA user_version=3",
              "PRAGMA journal_mode=WAL", "VACUUM", "ATTACH '/tmp/other' AS other"}) {
            auto query = database->prepare(sql);
            EXPECT_FALSE(
                query && query->step() && !query->failure() &&
                std::string(sql).find("PRAGMA") == std::string::npos)
                << sql;
        }
    }
    EXPECT_EQ(contents_of(directory.path()), before);
}

// Between ousage's check of the files and SQLite's, the writer exited and its files were deleted.
TEST(Sqlite, CreatesNeitherWalNorIndex) {
    auto const directory = TemporaryDirectory();
    auto const path = make(directory, "PRAGMA journal_mode=WAL; CREATE TABLE t (a)");
    auto const before = contents_of(directory.path());
    ASSERT_EQ(before.size(), 1u);
    auto const database = Database::open(path, OpenMode::live, {});
    ASSERT_FALSE(database);
    EXPECT_EQ(database.failure().code, Errc::file);
    EXPECT_EQ(contents_of(directory.path()), before);
}

TEST(Sqlite, CopyIncludesWalAndIsIndependentOfTheFiles) {
    auto const directory = TemporaryDirectory();
    auto const path = copy_recording("wal_live", directory);
    auto database = Database::open(path, OpenMode::copy, {});
    ASSERT_TRUE(database);
    std::filesystem::remove_all(directory.path());
    auto const other = TemporaryDirectory();
    auto second = Database::open(copy_recording("closed", other), OpenMode::copy, {});
    ASSERT_TRUE(second);
    for (auto* const copy : {&*database, &*second}) {
        auto statement = copy->prepare("SELECT count(*) FROM messages");
        ASSERT_TRUE(statement && statement->step());
        EXPECT_EQ(statement->integer(0), 30);
    }
    EXPECT_EQ(contents_of(other.path()).size(), 1u);
}

TEST(Sqlite, ReadsLargeValueOnlyInBlocks) {
    auto const directory = TemporaryDirectory();
    auto const path = make(
        directory, "CREATE TABLE t (a TEXT, b); INSERT INTO t VALUES "
                   "(replace(hex(zeroblob(1500000)), '00', 'xy'), 5), ('short', 6)");
    auto database = Database::open(path, OpenMode::closed, {});
    auto query = database->prepare("SELECT a FROM t");
    EXPECT_FALSE(query->step());
    EXPECT_TRUE(query->is_too_big());
    EXPECT_TRUE(query->failure());
    // The small values of the same row are readable.
    auto beside = database->prepare("SELECT b, typeof(a) FROM t");
    ASSERT_TRUE(beside->step());
    EXPECT_EQ(beside->integer(0), 5);
    auto text = std::string{};
    std::size_t largest = 0;
    EXPECT_FALSE(database->read_large("t", "a", 1, [&](std::string_view block) {
        text += block;
        largest = std::max(largest, block.size());
    }));
    EXPECT_EQ(text.size(), 3'000'000u);
    EXPECT_EQ(text.find_first_not_of("xy"), text.npos);
    EXPECT_LE(largest, 65536u);
    EXPECT_TRUE(database->read_large("t", "none", 1, [](std::string_view) {}));
    EXPECT_TRUE(database->read_large("t", "a", 77, [](std::string_view) {}));
}

TEST(Sqlite, StopInterruptsRunningQuery) {
    auto const directory = TemporaryDirectory();
    auto const path = make(directory, "CREATE TABLE t (a)");
    auto stop = std::stop_source();
    auto database = Database::open(path, OpenMode::closed, stop.get_token());
    auto query = database->prepare(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
    ASSERT_TRUE(query->step());
    stop.request_stop();
    while (query->step()) {
    }
    ASSERT_TRUE(query->failure());
    EXPECT_EQ(query->failure()->code, Errc::cancelled);
}

TEST(Sqlite, MoreRowsThanFileCanHoldIsCorruption) {
    auto const directory = TemporaryDirectory();
    auto const path = make(directory, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
    auto database = Database::open(path, OpenMode::closed, {});
    EXPECT_GE(database->most_rows(), 3u);
    EXPECT_LE(database->most_rows(), 8192u / 4);
    auto query = database->prepare("SELECT a FROM t", 2);
    EXPECT_TRUE(query->step());
    EXPECT_TRUE(query->step());
    EXPECT_FALSE(query->step());
    EXPECT_TRUE(query->failure());
}

TEST(Sqlite, PersistentLockIsReportedAfterStop) {
    auto const directory = TemporaryDirectory();
    auto const path = make(directory, "CREATE TABLE t (a)");
    auto holder = OtherProcess([&](auto const& say) {
        auto writer = Writer(path);
        writer.run("BEGIN EXCLUSIVE");
        say();
        return 0;
    });
    ASSERT_TRUE(holder.wait_ready());
    auto stop = std::stop_source();
    stop.request_stop();
    auto const database = Database::open(path, OpenMode::live, stop.get_token());
    ASSERT_FALSE(database);
    EXPECT_EQ(database.failure().text, "locked by another program");
}

// SQLite's longer error messages contain names from the schema, which may be untrusted.
TEST(Sqlite, FailureTextContainsNothingFromFile) {
    auto const directory = TemporaryDirectory();
    auto const path = make(
        directory, "CREATE TABLE t (a); PRAGMA writable_schema=1;"
                   "UPDATE sqlite_schema SET sql = 'CREATE TABLE planted secret words'");
    auto const database = Database::open(path, OpenMode::closed, {});
    ASSERT_FALSE(database);
    EXPECT_EQ(to_string(database.failure()).find("secret"), std::string::npos);
    EXPECT_EQ(database.failure().code, Errc::database);
}

} // namespace
