#include "support/database.hpp"
#include <ousage/io/sqlite/read_database.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::io;
using namespace ousage::test;

using Counts = std::vector<std::int64_t>;

std::int64_t count_of(Database& database, std::string const& table) {
    auto statement = database.prepare("SELECT count(*) FROM " + table);
    return statement && statement->step() ? statement->integer(0) : -1;
}

// The count from each call of the reader, or the failure if it was not called.
struct Counted {
    Counts counts;
    std::optional<Failure> failure;
};

Counted count_messages(std::filesystem::path const& path, std::stop_token const& stop = {}) {
    auto counted = Counted{};
    auto const read = read_database(path, stop, [&](Database& database, auto) {
        counted.counts.push_back(count_of(database, "messages"));
    });
    counted.failure = read.failure;
    return counted;
}

void expect_count(Counted const& counted, std::int64_t wanted) {
    EXPECT_FALSE(counted.failure) << to_string(*counted.failure);
    EXPECT_EQ(counted.counts, Counts{wanted});
}

TEST(ReadDatabase, ReadsClosedDatabaseWithoutCreatingFiles) {
    auto const directory = TemporaryDirectory();
    auto const path = copy_recording("closed", directory);
    auto const before = contents_of(directory.path());
    expect_count(count_messages(path), 30);
    EXPECT_EQ(contents_of(directory.path()), before);
    EXPECT_EQ(before.size(), 1u);
}

TEST(ReadDatabase, ReadsFilesOfCrashedWriter) {
    auto const directory = TemporaryDirectory();
    auto const path = copy_recording("wal_live", directory);
    auto const before = contents_of(directory.path());
    expect_count(count_messages(path), 30);
    EXPECT_EQ(contents_of(directory.path()), before);
    EXPECT_EQ(before.size(), 3u);
}

// Sets another directory for temporary files until destroyed.
class TemporaryFilesIn {
public:
    explicit TemporaryFilesIn(std::filesystem::path const& directory) {
        ::setenv("TMPDIR", directory.c_str(), 1);
    }

    TemporaryFilesIn(TemporaryFilesIn const&) = delete;
    TemporaryFilesIn& operator=(TemporaryFilesIn const&) = delete;

    ~TemporaryFilesIn() { ::unsetenv("TMPDIR"); }
};

TEST(ReadDatabase, ReadsWalWithoutIndexInPlace) {
    auto const directory = TemporaryDirectory();
    auto const path = copy_recording("wal_live", directory);
    std::filesystem::remove(directory.path() / "db.sqlite-shm");
    auto const before = contents_of(directory.path());
    // A copy cannot be made: the temporary directory does not exist.
    auto const none = TemporaryFilesIn(directory.path() / "missing");
    expect_count(count_messages(path), 30);
    EXPECT_EQ(contents_of(directory.path()), before);
}

TEST(ReadDatabase, ReadsWalWithInvalidIndex) {
    auto const directory = TemporaryDirectory();
    auto const path = copy_recording("wal_live", directory);
    auto const index = directory.path() / "db.sqlite-shm";
    for (int kind = 0; kind < 3; ++kind) {
        std::filesystem::remove(index);
        if (kind == 0) {
            std::filesystem::create_directory(index);
        } else {
            directory.write("db.sqlite-shm", kind == 1 ? std::string() : std::string(32768, 'x'));
        }
        auto const before = contents_of(directory.path());
        expect_count(count_messages(path), 30);
        EXPECT_EQ(contents_of(directory.path()), before);
    }
}

TEST(ReadDatabase, ReadsWithoutWritePermission) {
    for (auto const* const name : {"closed", "wal_live"}) {
        auto const directory = TemporaryDirectory();
        auto const path = copy_recording(name, directory);
        for (auto const& entry : std::filesystem::directory_iterator(directory.path())) {
            ::chmod(entry.path().c_str(), 0400);
        }
        ::chmod(directory.path().c_str(), 0500);
        auto const before = contents_of(directory.path());
        expect_count(count_messages(path), 30);
        EXPECT_EQ(contents_of(directory.path()), before);
        ::chmod(directory.path().c_str(), 0700);
    }
}

int hold_open(std::filesystem::path const& path, std::string const& sql, auto const& say) {
    auto writer = Writer(path);
    writer.run(sql);
    say();
    return 0;
}

TEST(ReadDatabase, ReadsBesideLiveWriterWithoutChangingFiles) {
    auto const directory = TemporaryDirectory();
    auto const path = directory.path() / "db.sqlite";
    auto writer = OtherProcess([&](auto const& say) {
        return hold_open(
            path,
            "PRAGMA journal_mode=WAL; CREATE TABLE messages (id INTEGER PRIMARY KEY);"
            "INSERT INTO messages VALUES (1), (2);"
            "BEGIN IMMEDIATE; INSERT INTO messages VALUES (3);", // not committed
            say);
    });
    ASSERT_TRUE(writer.wait_ready());
    auto const before = contents_of(directory.path());
    EXPECT_EQ(before.size(), 3u);
    expect_count(count_messages(path), 2);
    EXPECT_EQ(contents_of(directory.path()), before);
    EXPECT_EQ(writer.finish(), 0);
}

TEST(ReadDatabase, ReadsDespiteLocksOfExclusiveWriter) {
    for (auto const* const lock :
         {"PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; INSERT INTO messages VALUES (2)",
          "BEGIN EXCLUSIVE", "BEGIN IMMEDIATE; INSERT INTO messages VALUES (2), (3)"}) {
        auto const directory = TemporaryDirectory();
        auto const path = directory.path() / "db.sqlite";
        Writer(path).run("CREATE TABLE messages (id); INSERT INTO messages VALUES (1)");
        auto writer = OtherProcess([&](auto const& say) { return hold_open(path, lock, say); });
        ASSERT_TRUE(writer.wait_ready());
        auto const before = contents_of(directory.path());
        expect_count(count_messages(path), std::string(lock).starts_with("PRAGMA") ? 2 : 1);
        EXPECT_EQ(contents_of(directory.path()), before) << lock;
    }
}

// A database of 300 rows whose writer died while changing all of them.
std::filesystem::path with_hot_journal(TemporaryDirectory const& directory) {
    auto const path = directory.path() / "db.sqlite";
    auto writer = OtherProcess([&](auto const&) {
        auto connection = Writer(path);
        connection.run(
            "CREATE TABLE messages (id INTEGER PRIMARY KEY, text);"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
            "INSERT INTO messages SELECT i, zeroblob(2000) FROM n;"
            "PRAGMA cache_size=5; BEGIN; DELETE FROM messages WHERE id % 3 = 0;"
            "UPDATE messages SET text = zeroblob(10);");
        ::_exit(7);
        return 0;
    });
    EXPECT_EQ(writer.finish(), 7);
    return path;
}

TEST(ReadDatabase, RollsBackUnfinishedTransactionOnlyInCopy) {
    auto const directory = TemporaryDirectory();
    auto const path = with_hot_journal(directory);
    auto const before = contents_of(directory.path());
    ASSERT_TRUE(before.contains("db.sqlite-journal"));
    auto const temporary = TemporaryDirectory();
    auto const there = TemporaryFilesIn(temporary.path());
    bool gone_while_reading = false;
    auto const read = read_database(path, {}, [&](Database& database, auto) {
        gone_while_reading = std::filesystem::is_empty(temporary.path());
        EXPECT_EQ(count_of(database, "messages"), 300);
    });
    EXPECT_FALSE(read.failure);
    EXPECT_TRUE(gone_while_reading);
    EXPECT_TRUE(std::filesystem::is_empty(temporary.path()));
    EXPECT_EQ(contents_of(directory.path()), before);
}

// A program can end at any time, also while it copies.
TEST(ReadDatabase, CopyHasNoNameWhileItIsWritten) {
    auto const directory = TemporaryDirectory();
    auto const path = with_hot_journal(directory);
    std::filesystem::resize_file(path, 100'000'000); // the rollback restores the size
    auto const temporary = TemporaryDirectory();
    auto const there = TemporaryFilesIn(temporary.path());
    auto counted = Counted{};
    auto finished = std::atomic<bool>{false};
    auto reader = std::jthread([&] {
        counted = count_messages(path);
        finished = true;
    });
    std::size_t seen = 0;
    while (!finished) {
        seen += std::filesystem::is_empty(temporary.path()) ? 0U : 1U;
    }
    reader.join();
    EXPECT_EQ(seen, 0u);
    expect_count(counted, 300);
}

TEST(ReadDatabase, CopyThatCannotBeCreatedIsReported) {
    auto const directory = TemporaryDirectory();
    auto const path = with_hot_journal(directory);
    auto const none = TemporaryFilesIn(directory.path() / "missing");
    auto const counted = count_messages(path);
    ASSERT_TRUE(counted.failure);
    EXPECT_EQ(counted.failure->code, Errc::file);
    EXPECT_TRUE(counted.counts.empty());
}

// SQLite would delete the file that such a journal names.
TEST(ReadDatabase, RejectsJournalThatNamesAnotherFile) {
    auto const directory = TemporaryDirectory();
    auto const path = with_hot_journal(directory);
    auto const victim = directory.write("victim", "");
    auto journal = read_file(directory.path() / "db.sqlite-journal");
    auto const name = victim.string();
    auto const number = [](std::uint32_t value) {
        return std::string{
            static_cast<char>(value >> 24), static_cast<char>(value >> 16),
            static_cast<char>(value >> 8), static_cast<char>(value)};
    };
    std::uint32_t sum = 0;
    for (auto const byte : name) {
        sum += static_cast<std::uint32_t>(byte);
    }
    journal += std::string(4, '\0') + name + number(static_cast<std::uint32_t>(name.size())) +
               number(sum) + journal.substr(0, 8);
    directory.write("db.sqlite-journal", journal);
    auto const before = contents_of(directory.path());
    auto const counted = count_messages(path);
    ASSERT_TRUE(counted.failure);
    EXPECT_TRUE(counted.counts.empty());
    EXPECT_EQ(contents_of(directory.path()), before);
}

TEST(ReadDatabase, RejectsMissingAndInvalidFiles) {
    auto const directory = TemporaryDirectory();
    auto const missing = count_messages(directory.path() / "missing");
    ASSERT_TRUE(missing.failure);
    EXPECT_EQ(missing.failure->code, std::errc::no_such_file_or_directory);
    auto const in_missing = count_messages(directory.path() / "no" / "directory");
    EXPECT_EQ(in_missing.failure->code, std::errc::no_such_file_or_directory);
    ASSERT_EQ(::mkfifo((directory.path() / "fifo").c_str(), 0600), 0);
    auto const whole = read_file(copy_recording("closed", directory));
    directory.write("empty", "");
    directory.write("text", std::string(5000, 'x'));
    directory.write("half", whole.substr(0, whole.size() / 2));
    directory.write("short", whole.substr(0, 50));
    for (auto const* const name : {"fifo", ".", "empty", "text", "half", "short"}) {
        auto const counted = count_messages(directory.path() / name);
        EXPECT_TRUE(counted.failure) << name;
        EXPECT_TRUE(counted.counts.empty()) << name;
    }
    EXPECT_EQ(contents_of(directory.path()).size(), 6u);
}

TEST(ReadDatabase, IgnoresGarbageWalAndReadsCompleteTransactionsOfTornWal) {
    auto const directory = TemporaryDirectory();
    auto const path = copy_recording("wal_live", directory);
    std::filesystem::remove(directory.path() / "db.sqlite-shm");
    auto const wal = read_file(directory.path() / "db.sqlite-wal");
    directory.write("db.sqlite-wal", std::string(8000, 'x'));
    auto const garbage = count_messages(path);
    ASSERT_EQ(garbage.counts.size(), 1u);
    EXPECT_LT(garbage.counts[0], 30);
    directory.write("db.sqlite-wal", wal.substr(0, wal.size() / 2));
    auto const torn = count_messages(path);
    ASSERT_EQ(torn.counts.size(), 1u);
    EXPECT_GE(torn.counts[0], garbage.counts[0]);
    EXPECT_LE(torn.counts[0], 30);
}

TEST(ReadDatabase, RestartsIfFileChangedWhileReading) {
    auto const directory = TemporaryDirectory();
    auto const path = copy_recording("closed", directory);
    auto counts = Counts{};
    auto held = std::vector<bool>{};
    auto const read = read_database(path, {}, [&](Database& database, auto holds) {
        counts.push_back(count_of(database, "messages"));
        if (counts.size() == 1) {
            Writer(path).run("PRAGMA journal_mode=DELETE; DELETE FROM messages WHERE id % 2 = 0");
        }
        held.push_back(holds());
    });
    EXPECT_FALSE(read.failure);
    ASSERT_EQ(counts.size(), 2u);
    EXPECT_EQ(counts[0], 30);
    EXPECT_LT(counts[1], 30);
    EXPECT_EQ(held, (std::vector{false, true}));
}

TEST(ReadDatabase, GivesUpIfFileKeepsChanging) {
    auto const directory = TemporaryDirectory();
    auto const path = copy_recording("closed", directory);
    int calls = 0;
    auto const read = read_database(path, {}, [&](Database&, auto) {
        ++calls;
        std::filesystem::last_write_time(
            path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(calls));
    });
    ASSERT_TRUE(read.failure);
    EXPECT_EQ(read.failure->code, Errc::database);
    EXPECT_EQ(calls, 10);
}

TEST(ReadDatabase, FollowsLinkToFilesBesideTarget) {
    auto const directory = TemporaryDirectory();
    auto const other = TemporaryDirectory();
    auto const link = other.path() / "link.sqlite";
    std::filesystem::create_symlink(copy_recording("wal_live", directory), link);
    expect_count(count_messages(link), 30);
    EXPECT_EQ(contents_of(other.path()).size(), 1u);
}

TEST(ReadDatabase, AcceptsAnyCharactersInPath) {
    auto const directory = TemporaryDirectory();
    auto const odd = directory.path() / "100% ?mode=rwc&x#\xC3\xA9 'q'";
    std::filesystem::create_directory(odd);
    std::filesystem::copy_file(
        std::filesystem::path(OUSAGE_TEST_DATA) / "desktop/closed/db.sqlite", odd / "db.sqlite");
    expect_count(count_messages(odd / "db.sqlite"), 30);
    EXPECT_EQ(contents_of(odd).size(), 1u);
}

// Runs thousands of transactions, none of which may find the database busy. Each leaves twice as
// many messages as chats. Regularly the last connection closes, which deletes -wal and -shm.
int write_on(std::filesystem::path const& path, auto const& say) {
    int busy = 0;
    for (int round = 0; round < 20; ++round) {
        auto writer = Writer(path);
        writer.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=50");
        if (round == 0) {
            say();
        }
        for (int count = 0; count < 200; ++count) {
            auto const code = writer.try_run(
                "BEGIN IMMEDIATE; INSERT INTO chats VALUES (NULL, zeroblob(100));"
                "INSERT INTO messages VALUES (NULL, zeroblob(100)), (NULL, zeroblob(100)); COMMIT");
            busy += code == SQLITE_OK ? 0 : 1;
        }
    }
    return std::min(busy, 90);
}

TEST(ReadDatabase, ReadsBesideBusyWriterAreConsistentAndNeverBlockIt) {
    auto const directory = TemporaryDirectory();
    auto const path = directory.path() / "db.sqlite";
    Writer(path).run("PRAGMA journal_mode=WAL; CREATE TABLE chats (id INTEGER PRIMARY KEY, x);"
                     "CREATE TABLE messages (id INTEGER PRIMARY KEY, x)");
    auto writer = OtherProcess([&](auto const& say) { return write_on(path, say); });
    ASSERT_TRUE(writer.wait_ready());
    auto const poll = [&] {
        auto chats = std::int64_t{-1};
        auto const read = read_database(path, {}, [&](Database& database, auto holds) {
            auto const seen = count_of(database, "chats");
            auto const messages = count_of(database, "messages");
            if (holds()) {
                EXPECT_EQ(messages, 2 * seen);
                chats = seen;
            }
        });
        EXPECT_FALSE(read.failure) << to_string(*read.failure);
        return chats;
    };
    std::int64_t last = poll();
    int polls = 0;
    auto ended = std::jthread([&] { writer.finish(); });
    for (; last < 4000 && polls < 100'000 && !testing::Test::HasFailure(); ++polls) {
        auto const now = poll();
        EXPECT_GE(now, last);
        last = now;
    }
    ended.join();
    EXPECT_EQ(writer.finish(), 0);
    EXPECT_EQ(poll(), 4000);
    EXPECT_GT(polls, 10);
}

} // namespace
