#include "example/history/history_store.hpp"
#include "support/database.hpp"
#include "support/process.hpp"
#include "support/unprivileged.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;
using namespace std::chrono;
using ousage::ollama::HourlySums;
using ousage::ollama::HourSums;

constexpr auto now = sys_days(2026y / November / 25) + hours(16);
std::int64_t const this_hour = ollama::hour_number(now);
std::string const url = "http://127.0.0.1:11434";

StoredHour hour(std::int64_t number, std::uint64_t requests, bool is_complete = true) {
    auto made = StoredHour{};
    made.hour = number;
    made.sums = {requests, requests * 100, requests * 10, requests / 2};
    made.is_complete = is_complete;
    return made;
}

void record(HistoryStore const& store, std::vector<StoredHour> const& hours) {
    auto const failure = store.record("desk", url, hours, now);
    EXPECT_FALSE(failure) << to_string(*failure);
}

HourlySums read(HistoryStore const& store, std::string const& account = "desk") {
    auto const read = store.read(account, url, 0, this_hour);
    EXPECT_TRUE(read) << to_string(read.failure());
    return read ? *read : HourlySums{};
}

std::string failure_of(std::optional<Failure> const& failure) {
    return failure ? to_string(*failure) : std::string("no failure");
}

// Both calls fail with `text`, name the file and leave it as it is.
void expect_refused(std::filesystem::path const& file, std::string const& text) {
    auto const before = read_file(file);
    auto const store = HistoryStore(file);
    auto const expected = file.string() + ": " + text;
    EXPECT_EQ(failure_of(store.record("desk", url, {hour(this_hour, 1)}, now)), expected);
    auto const read = store.read("desk", url, 0, this_hour);
    ASSERT_FALSE(read);
    EXPECT_EQ(to_string(read.failure()), expected);
    EXPECT_EQ(read_file(file), before);
}

class HistoryStoreTest : public testing::Test {
protected:
    TemporaryDirectory directory;
    std::filesystem::path file = directory.path() / "state" / "history.db";
    HistoryStore store{file};
};

TEST_F(HistoryStoreTest, StoresEachMetricOfAnHour) {
    EXPECT_TRUE(read(store).empty());
    EXPECT_FALSE(std::filesystem::exists(file));
    record(store, {hour(this_hour - 1, 6), hour(this_hour, 3)});
    auto const expected =
        HourlySums{{this_hour - 1, HourSums{6, 600, 60, 3}}, {this_hour, HourSums{3, 300, 30, 1}}};
    EXPECT_EQ(read(store), expected);
    EXPECT_TRUE(read(store, "other").empty());
}

TEST_F(HistoryStoreTest, SumsOfACompleteHourReplaceAndOthersOnlyRaise) {
    record(store, {hour(this_hour, 6)});
    record(store, {hour(this_hour, 4, false)});
    EXPECT_EQ(read(store).at(this_hour).requests, 6u);
    record(store, {hour(this_hour, 9, false)});
    EXPECT_EQ(read(store).at(this_hour).requests, 9u);
    record(store, {hour(this_hour, 4)});
    EXPECT_EQ(read(store).at(this_hour).requests, 4u);
}

TEST_F(HistoryStoreTest, AbsentValuesAreNotStored) {
    record(store, {hour(this_hour, 6)});
    auto partial = StoredHour{};
    partial.hour = this_hour;
    partial.sums.requests = 8;
    partial.is_complete = true;
    record(store, {partial});
    EXPECT_EQ(read(store).at(this_hour), (HourSums{8, 600, 60, 3}));
    partial.hour = this_hour - 1;
    record(store, {partial});
    EXPECT_EQ(read(store).at(this_hour - 1), (HourSums{8, {}, {}, {}}));
}

TEST_F(HistoryStoreTest, FileAndDirectoryAreForThisUserAlone) {
    record(store, {hour(this_hour, 1)});
    auto const permissions = [](std::filesystem::path const& path) {
        return std::filesystem::status(path).permissions();
    };
    using std::filesystem::perms;
    EXPECT_EQ(permissions(file), perms::owner_read | perms::owner_write);
    EXPECT_EQ(permissions(file.parent_path()), perms::owner_all);
    std::filesystem::permissions(file, perms::owner_all | perms::group_read);
    record(store, {hour(this_hour, 2)});
    EXPECT_EQ(permissions(file), perms::owner_read | perms::owner_write);
    EXPECT_EQ(contents_of(file.parent_path()).size(), 1u); // no journal remains
}

TEST_F(HistoryStoreTest, RowsOlderThanTwoYearsAreDeleted) {
    auto const earlier = this_hour - std::int64_t{24} * 40;
    record(
        store,
        {hour(this_hour - HistoryStore::kept_hours, 5), hour(earlier, 1), hour(this_hour, 1)});
    EXPECT_EQ(read(store).size(), 3u);
    auto const later = now + hours(1);
    EXPECT_FALSE(store.record("desk", url, {hour(this_hour + 1, 1)}, later));
    auto const left = store.read("desk", url, 0, this_hour + 1);
    ASSERT_TRUE(left);
    EXPECT_EQ(left->begin()->first, earlier);
    EXPECT_EQ(left->size(), 3u);
}

// Such as at the start of a computer whose clock has no battery.
TEST_F(HistoryStoreTest, ClockFarInTheFutureDeletesNothing) {
    record(store, {hour(this_hour - 1, 5), hour(this_hour, 1)});
    auto const wrong = now + hours(24 * 3650);
    for (int round = 0; round < 3; ++round) {
        auto const of_now = hour(ollama::hour_number(wrong) + round, 1);
        EXPECT_FALSE(store.record("desk", url, {of_now}, wrong + hours(round)));
    }
    record(store, {hour(this_hour, 2)});
    EXPECT_EQ(read(store).size(), 2u);
}

TEST_F(HistoryStoreTest, HoursAfterNowAreNotStored) {
    record(store, {hour(this_hour, 1), hour(this_hour + 1, 2)});
    EXPECT_EQ(store.read("desk", url, 0, this_hour + 9)->size(), 1u);
}

TEST_F(HistoryStoreTest, TwoYearsTakeLessThan20Megabytes) {
    auto all = std::vector<StoredHour>{};
    for (auto number = this_hour - HistoryStore::kept_hours; number <= this_hour; ++number) {
        all.push_back(hour(number, 1'000'000'000));
    }
    for (auto const* const account : {"desk", "garage", "nas"}) {
        EXPECT_FALSE(store.record(account, url, all, now));
    }
    EXPECT_LT(std::filesystem::file_size(file), 20'000'000u);
    EXPECT_EQ(read(store, "nas").size(), all.size());
    record(store, {hour(this_hour, 7)});
    EXPECT_EQ(read(store).at(this_hour).requests, 7u);
}

TEST_F(HistoryStoreTest, WritersAsThreadsNeverAddUp) {
    auto threads = std::vector<std::thread>{};
    for (int writer = 0; writer < 4; ++writer) {
        threads.emplace_back([this, writer] {
            for (std::uint64_t round = 1; round <= 5; ++round) {
                auto const own = "own " + std::to_string(writer);
                while (store.record("desk", url, {hour(this_hour, 8)}, now)) {
                }
                while (store.record(own, url, {hour(this_hour, round)}, now)) {
                }
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(read(store).at(this_hour).requests, 8u);
    EXPECT_EQ(read(store, "own 3").at(this_hour).requests, 5u);
}

TEST_F(HistoryStoreTest, WritersAsProcessesNeverAddUp) {
    auto const write = [this](auto const&) {
        for (int round = 0; round < 5; ++round) {
            while (store.record("desk", url, {hour(this_hour, 8)}, now)) {
            }
        }
        return 0;
    };
    auto first = OtherProcess(write);
    auto second = OtherProcess(write);
    EXPECT_EQ(first.finish(), 0);
    EXPECT_EQ(second.finish(), 0);
    EXPECT_EQ(read(store).at(this_hour).requests, 8u);
}

// A transaction is stored completely or not at all, wherever its process is killed.
TEST_F(HistoryStoreTest, KilledWriterLeavesWholeTransactions) {
    record(store, {});
    for (int round = 0; round < 6; ++round) {
        int pipes[2];
        ASSERT_EQ(::pipe(pipes), 0);
        auto const process = ::fork();
        if (process == 0) {
            for (std::uint64_t value = 1;; ++value) {
                auto all = std::vector<StoredHour>{};
                for (std::int64_t number = this_hour - 300; number <= this_hour; ++number) {
                    all.push_back(hour(number, value));
                }
                static_cast<void>(store.record("desk", url, all, now));
                if (value == 1 && ::write(pipes[1], "x", 1) != 1) {
                    ::_exit(1);
                }
            }
        }
        char byte = 0;
        EXPECT_EQ(::read(pipes[0], &byte, 1), 1);
        for (int count = 0; count < 40 * round; ++count) {
            read_file(file); // any moment of the writer
        }
        ::kill(process, SIGKILL);
        ::waitpid(process, nullptr, 0);
        ::close(pipes[0]);
        ::close(pipes[1]);
        auto const stored = read(store);
        ASSERT_EQ(stored.size(), 301u);
        for (auto const& [number, sums] : stored) {
            EXPECT_EQ(sums, stored.begin()->second);
        }
    }
    record(store, {hour(this_hour, 1)});
    EXPECT_EQ(read(store).at(this_hour).requests, 1u);
}

TEST_F(HistoryStoreTest, IsReadWhileItIsWritten) {
    record(store, {hour(this_hour, 6)});
    auto writer = Writer(file);
    writer.run("BEGIN IMMEDIATE; UPDATE sums SET value = 9");
    EXPECT_EQ(read(store).at(this_hour).requests, 6u);
    writer.run("COMMIT");
    EXPECT_EQ(read(store).at(this_hour).requests, 9u);
}

// POSIX locks belong to the process: closing a second descriptor of the file would release them.
TEST_F(HistoryStoreTest, ReadKeepsTheLocksOfAWriterInTheSameProcess) {
    auto all = std::vector<StoredHour>{};
    for (std::int64_t number = this_hour - 300; number <= this_hour; ++number) {
        all.push_back(hour(number, 6));
    }
    record(store, all);
    auto const writes = [this](auto const&) {
        try {
            return Writer(file).try_run("BEGIN IMMEDIATE") == SQLITE_OK ? 1 : 0;
        } catch (std::runtime_error const&) {
            return 0; // the first statement of a `Writer` is refused too
        }
    };
    auto writer = Writer(file);
    // With a journal on disk and changed pages in the file, as in the middle of a commit.
    writer.run("PRAGMA synchronous=FULL; PRAGMA cache_size=1; BEGIN; UPDATE sums SET value = 9");
    EXPECT_EQ(
        to_string(store.read("desk", url, 0, this_hour).failure()),
        file.string() + ": locked by another program");
    EXPECT_EQ(OtherProcess(writes).finish(), 0);
    writer.run("COMMIT");
    EXPECT_EQ(OtherProcess(writes).finish(), 1);
    EXPECT_EQ(read(store).at(this_hour).requests, 9u);
}

TEST_F(HistoryStoreTest, EmptyFileIsVersion0AndIsMigrated) {
    std::filesystem::create_directory(file.parent_path());
    directory.write("state/history.db", "");
    EXPECT_TRUE(read(store).empty());
    record(store, {hour(this_hour, 6)});
    EXPECT_EQ(read(store).at(this_hour).requests, 6u);
}

TEST_F(HistoryStoreTest, EmptyDatabaseIsVersion0AndIsMigrated) {
    std::filesystem::create_directory(file.parent_path());
    Writer(file).run("PRAGMA page_size=1024; VACUUM");
    record(store, {hour(this_hour, 6)});
    EXPECT_EQ(read(store).at(this_hour).requests, 6u);
}

TEST_F(HistoryStoreTest, NewerVersionIsNotTouched) {
    record(store, {hour(this_hour, 6)});
    Writer(file).run("PRAGMA user_version=2");
    expect_refused(file, "was written by a newer version of ousage");
}

TEST_F(HistoryStoreTest, OtherDatabaseIsNotTouched) {
    std::filesystem::create_directory(file.parent_path());
    Writer(file).run("CREATE TABLE sums (value); CREATE TABLE servers (url)");
    expect_refused(file, "is no history of ousage");
}

TEST_F(HistoryStoreTest, FileThatIsNoDatabaseIsNotTouched) {
    expect_refused(
        directory.write("state/history.db", std::string(4096, 'x')), "file is not a database");
}

TEST_F(HistoryStoreTest, ViewInPlaceOfATableIsRefused) {
    record(store, {hour(this_hour, 6)});
    Writer(file).run("ALTER TABLE sums RENAME TO old; CREATE VIEW sums AS SELECT * FROM old");
    auto const failure = store.record("desk", url, {hour(this_hour, 1)}, now);
    EXPECT_EQ(failure_of(failure), file.string() + ": a table is missing");
    EXPECT_FALSE(store.read("desk", url, 0, this_hour));
}

TEST_F(HistoryStoreTest, ValuesOfOtherTypesAreAnError) {
    record(store, {hour(this_hour, 6)});
    Writer(file).run("UPDATE sums SET value = 'many' WHERE metric = 2");
    auto const read = store.read("desk", url, 0, this_hour);
    ASSERT_FALSE(read);
    EXPECT_EQ(to_string(read.failure()), file.string() + ": a row is no row of numbers");
    Writer(file).run("UPDATE sums SET value = -1 WHERE metric = 2");
    EXPECT_EQ(
        to_string(store.read("desk", url, 0, this_hour).failure()),
        file.string() + ": a sum is negative");
}

// Any damage is an error or a value, never a crash.
TEST_F(HistoryStoreTest, DamagedPagesNeverCrash) {
    auto all = std::vector<StoredHour>{};
    for (std::int64_t number = this_hour - 500; number <= this_hour; ++number) {
        all.push_back(hour(number, 3));
    }
    record(store, all);
    auto const good = read_file(file);
    for (std::size_t at = 16; at < good.size(); at += at < 100 ? 7 : 397) {
        auto bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 0x5A);
        directory.write("state/history.db", bad);
        std::filesystem::permissions(file, std::filesystem::perms(0600));
        auto const read = store.read("desk", url, 0, this_hour);
        auto const failure = store.record("desk", url, {hour(this_hour, 1)}, now);
        if (failure) {
            EXPECT_TRUE(failure->text.starts_with(file.string())) << failure->text;
        }
        if (!read) {
            EXPECT_TRUE(read.failure().text.starts_with(file.string())) << read.failure().text;
        }
    }
    directory.write("state/history.db", good.substr(0, good.size() / 2));
    EXPECT_FALSE(store.read("desk", url, 0, this_hour));
}

TEST_F(HistoryStoreTest, SymbolicLinkIsNotWritten) {
    auto const target = directory.write("target", "");
    std::filesystem::create_directory(file.parent_path());
    std::filesystem::create_symlink(target, file);
    EXPECT_EQ(
        failure_of(store.record("desk", url, {hour(this_hour, 1)}, now)),
        file.string() + ": is a symbolic link");
    EXPECT_EQ(read_file(target), "");
}

TEST_F(HistoryStoreTest, DirectoryInPlaceOfTheFileIsAnError) {
    std::filesystem::create_directories(file);
    EXPECT_EQ(
        failure_of(store.record("desk", url, {hour(this_hour, 1)}, now)),
        file.string() + ": not a regular file");
    EXPECT_FALSE(store.read("desk", url, 0, this_hour));
}

TEST_F(HistoryStoreTest, DirectoryThatCannotBeWrittenIsAnError) {
    std::filesystem::create_directory(file.parent_path());
    std::filesystem::permissions(file.parent_path(), std::filesystem::perms(0500));
    auto const user = Unprivileged();
    EXPECT_EQ(
        failure_of(store.record("desk", url, {hour(this_hour, 1)}, now)),
        file.string() + ": Permission denied");
}

} // namespace
