#include "support/journal_files.hpp"
#include <ousage/core/run.hpp>
#include <ousage/io/file/journal.hpp>
#if OUSAGE_WITH_SYSTEMD
#    include <ousage/ollama/log/detail/journal_reader.hpp>
#    include <ousage/ollama/server_log.hpp>
#endif

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using namespace std::chrono;

#if OUSAGE_WITH_SYSTEMD

constexpr auto now = sys_days(2026y / November / 20) + hours(16) + minutes(30);
constexpr auto start = static_cast<std::uint64_t>(sys_seconds(now - 1h).time_since_epoch().count());

std::vector<std::string> messages_of(Result<io::Journal>& journal) {
    auto all = std::vector<std::string>{};
    auto message = std::string{};
    for (auto more = journal->next(message); more && *more; more = journal->next(message)) {
        all.push_back(message);
    }
    return all;
}

TEST(Journal, ReadsMessagesOfUnitInOrder) {
    auto const directory = TemporaryDirectory();
    ASSERT_TRUE(make_journal(directory.path(), "ollama.service", start, {"one", "two", "three"}));
    ASSERT_TRUE(make_journal(directory.path(), "other.service", start, {"not this"}));
    auto journal = io::Journal::open("ollama", directory.path());
    ASSERT_TRUE(journal) << to_string(journal.failure());
    EXPECT_EQ(messages_of(journal), (std::vector<std::string>{"one", "two", "three"}));
    EXPECT_TRUE(messages_of(journal).empty());
    auto later = io::Journal::open("ollama.service", directory.path());
    later->seek(sys_seconds(seconds(start + 1)));
    EXPECT_EQ(messages_of(later), (std::vector<std::string>{"two", "three"}));
}

TEST(Journal, EmptyDirectoryHasNoMessagesAndMissingOneIsError) {
    auto const directory = TemporaryDirectory();
    auto journal = io::Journal::open("ollama", directory.path());
    ASSERT_TRUE(journal);
    EXPECT_TRUE(messages_of(journal).empty());
    EXPECT_FALSE(io::Journal::open("ollama", directory.path() / "missing"));
}

TEST(ServerJournal, ReadsFileThatJournaldCreatesAfterAPoll) {
    auto const directory = TemporaryDirectory();
    auto const journal = directory.path() / "journal";
    std::filesystem::create_directories(journal);
    auto const add = [&](std::string const& name, std::uint64_t time) {
        auto const line = "[GIN] 2026/11/20 - 16:00:00 | 200 | 1s | 127.0.0.1 | GET \"/\"";
        EXPECT_TRUE(make_journal(directory.path(), "ollama.service", time, {line}, name));
        std::filesystem::rename(
            directory.path() / (name + ".journal"), journal / (name + ".journal"));
    };
    add("first", start);
    auto const unit = ollama::JournalUnit{"ollama", journal};
    auto const source =
        ollama::server_journal(unit, ollama::LogZone{}, [] { return sys_seconds(now); });
    EXPECT_EQ(run(source).value.log.log_lines, 1u);
    add("second", start + 60);
    EXPECT_EQ(run(source).value.log.log_lines, 2u);
}

TEST(ServerJournal, LongJournalIsReadInSeveralPolls) {
    auto const directory = TemporaryDirectory();
    auto const line = "[GIN] 2026/11/20 - 16:00:00 | 200 | 1s | 127.0.0.1 | POST \"/api/chat\"";
    ASSERT_TRUE(
        make_journal(directory.path(), "ollama.service", start, {line, line, line, line, line}));
    auto progress = ollama::LogProgress{};
    auto observer = ollama::LogObserver{};
    observer.polled = [&](ollama::LogProgress const& now_read) { progress = now_read; };
    auto reader = ollama::detail::JournalReader(
        {"ollama", directory.path()}, ollama::LogZone{}, observer,
        ollama::detail::JournalLimits{2, hours(1)});
    for (auto const lines : {2u, 4u}) {
        auto outcome = reader.poll(now, {});
        outcome.settle();
        EXPECT_EQ(outcome.state, State::partial);
        EXPECT_EQ(outcome.value.log.log_lines, lines);
        EXPECT_EQ(
            describe(outcome), "the journal was not read to its end; the next poll continues");
        EXPECT_FALSE(progress.caught_up);
    }
    auto outcome = reader.poll(now, {});
    outcome.settle();
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.requests.five_hours.requests, 5u);
    EXPECT_TRUE(progress.caught_up);
}

TEST(ServerJournal, CountsEntriesLikeServerLog) {
    auto const directory = TemporaryDirectory();
    auto const line = [](std::string const& time) {
        return "[GIN] 2026/11/20 - " + time +
               " | 200 |            1s |       127.0.0.1 | POST     \"/api/chat\"";
    };
    ASSERT_TRUE(make_journal(
        directory.path(), "ollama.service", start,
        {"time=2026-11-20T15:30:00.000+01:00 level=INFO source=a.go:1 msg=x", line("16:30:00"),
         line("17:29:59"), "[GIN] cut"}));
    auto const unit = ollama::JournalUnit{"ollama", directory.path()};
    auto const source =
        ollama::server_journal(unit, ollama::LogZone{}, [] { return sys_seconds(now); });
    for (int collection = 0; collection < 2; ++collection) {
        auto const outcome = run(source);
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        EXPECT_EQ(outcome.value.requests.five_hours.requests, 2u);
        EXPECT_EQ(outcome.value.log.log_lines, 4u);
        EXPECT_EQ(outcome.value.log.log_lines_unparsed, 1u);
    }
    auto const other = ollama::JournalUnit{"other", directory.path()};
    EXPECT_EQ(
        run(ollama::server_journal(other, ollama::LogZone{}, [] { return sys_seconds(now); }))
            .state,
        State::absent);
}

#else

TEST(Journal, SkipsWithoutLibsystemd) {
    GTEST_SKIP() << "built without libsystemd";
}

#endif

} // namespace
