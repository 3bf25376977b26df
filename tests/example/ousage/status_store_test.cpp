#include "example/ousage/status_store.hpp"
#include "support/process.hpp"
#include "support/view_snapshots.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <set>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;
using namespace std::chrono_literals;

StatusView status_of(ollama::Snapshot const& snapshot) {
    return status_view(snapshot, make_view(snapshot));
}

// The busy snapshot some time later, in which a source is late.
ollama::Snapshot late_snapshot(char const* source, std::chrono::seconds after) {
    auto snapshot = busy_snapshot();
    snapshot.timestamp.at += after;
    for (auto& report : snapshot.sources) {
        report.state = report.name == source ? State::timeout : report.state;
    }
    snapshot.loaded_models.clear();
    snapshot.metrics = {};
    return snapshot;
}

// What the run with the busy snapshot stored.
StoredStatus stored() {
    auto snapshot = busy_snapshot();
    auto status = status_of(snapshot);
    auto const next = complete_status(status, snapshot, {}, Calendar::fixed(1h));
    EXPECT_EQ(status.age, "");
    return next;
}

TEST(StatusStore, LateServerIsReplacedByItsLastValues) {
    auto const snapshot = late_snapshot("local_api", 150s);
    auto status = status_of(snapshot);
    EXPECT_EQ(status.loaded, "Ollama down");
    auto const next = complete_status(status, snapshot, stored(), Calendar::fixed(1h));
    EXPECT_EQ(status.state, ServerState::up);
    EXPECT_EQ(status.loaded, "llama3.2:3b +1");
    EXPECT_EQ(status.vram, "12.8 GiB");
    EXPECT_EQ(status.age, "2 min");
    EXPECT_EQ(next.server_time, stored().server_time);
    EXPECT_EQ(next.values.age, "");
}

// Otherwise the first line with a late source, or the last one before, would colour all that
// follow.
TEST(StatusStore, LateSourceDoesNotChangeTheSeverity) {
    auto const calendar = Calendar::fixed(1h);
    for (auto const* const source : {"local_api", "server_log", "gpu", "desktop_db"}) {
        auto snapshot = late_snapshot(source, 10s);
        snapshot.limits = {};
        snapshot.sources[4].state = State::ok;
        auto status = status_of(snapshot);
        EXPECT_EQ(status.severity, Severity::ok) << source;
        auto const before = stored();
        EXPECT_EQ(before.values.severity, Severity::warning);
        auto const next = complete_status(status, snapshot, before, calendar);
        EXPECT_EQ(status.severity, Severity::ok) << source;
        EXPECT_EQ(next.values.severity, Severity::ok) << source;
    }
    auto failed = late_snapshot("nothing", 10s);
    failed.limits = {};
    failed.sources[4].state = State::error;
    EXPECT_EQ(status_of(failed).severity, Severity::notice);
}

TEST(StatusStore, LateRunnersAreReplacedByTheirLastValue) {
    auto snapshot = busy_snapshot();
    snapshot.metrics.runner.active_requests = 2;
    auto status = status_of(snapshot);
    auto const before = complete_status(status, snapshot, {}, Calendar::utc());
    snapshot = late_snapshot("runners", 10s);
    status = status_of(snapshot);
    EXPECT_EQ(status.running, "");
    complete_status(status, snapshot, before, Calendar::utc());
    EXPECT_EQ(status.running, "2");
    EXPECT_EQ(status.age, "10 s");
}

TEST(StatusStore, AgeGrowsUntilTheSourceResponds) {
    auto const calendar = Calendar::fixed(1h);
    auto snapshot = late_snapshot("local_api", 10s);
    auto status = status_of(snapshot);
    auto next = complete_status(status, snapshot, stored(), calendar);
    snapshot = late_snapshot("local_api", 20s);
    status = status_of(snapshot);
    next = complete_status(status, snapshot, next, calendar);
    EXPECT_EQ(status.age, "20 s");
    snapshot = busy_snapshot();
    snapshot.timestamp.at += 30s;
    status = status_of(snapshot);
    next = complete_status(status, snapshot, next, calendar);
    EXPECT_EQ(status.age, "");
    EXPECT_EQ(next.server_time, snapshot.timestamp.at.time_since_epoch().count());
}

TEST(StatusStore, LateLogIsReplacedOnlyOnTheSameDay) {
    auto const calendar = Calendar::fixed(1h);
    auto snapshot = late_snapshot("server_log", 1h);
    auto status = status_of(snapshot);
    complete_status(status, snapshot, stored(), calendar);
    EXPECT_EQ(status.req_today, "184");
    EXPECT_EQ(status.tok_s, "41");
    EXPECT_EQ(status.age, "1 h");
    snapshot = late_snapshot("server_log", 9h); // 01:04 of the next day
    status = status_of(snapshot);
    complete_status(status, snapshot, stored(), calendar);
    EXPECT_EQ(status.req_today, "");
    EXPECT_EQ(status.age, "");
}

// A reader that is late has read the oldest part of the log.
TEST(StatusStore, PartOfALateLogIsNotShown) {
    auto snapshot = busy_snapshot();
    for (auto& report : snapshot.sources) {
        report.state = report.name == "server_log" ? State::timeout : report.state;
    }
    auto status = status_of(snapshot);
    EXPECT_NE(status.req_today, "");
    complete_status(status, snapshot, {}, Calendar::fixed(1h));
    EXPECT_EQ(status.req_today, "");
    EXPECT_EQ(status.tokens_today, "");
    EXPECT_EQ(status.age, "");
}

TEST(StatusStore, ServerThatIsDownIsNotReplaced) {
    auto const snapshot = down_snapshot();
    auto status = status_of(snapshot);
    auto const next = complete_status(status, snapshot, stored(), Calendar::utc());
    EXPECT_EQ(status.loaded, "Ollama down");
    EXPECT_EQ(status.age, "");
    EXPECT_EQ(next.server_time, 0);
}

TEST(StatusStore, PartOfALateServerIsReplacedIfItsModelsAreUnknown) {
    auto snapshot = late_snapshot("nothing", 5s);
    snapshot.diagnostics["local_api_ps_timeout"] = "x";
    auto status = status_of(snapshot);
    complete_status(status, snapshot, stored(), Calendar::utc());
    EXPECT_EQ(status.loaded, "llama3.2:3b +1");
    snapshot.metrics.server.loaded_models = 0;
    status = status_of(snapshot);
    complete_status(status, snapshot, stored(), Calendar::utc());
    EXPECT_EQ(status.loaded, "idle");
}

TEST(StatusStore, NothingStoredReplacesNothing) {
    auto const snapshot = late_snapshot("local_api", 5s);
    auto status = status_of(snapshot);
    complete_status(status, snapshot, {}, Calendar::utc());
    EXPECT_EQ(status.loaded, "Ollama down");
    EXPECT_EQ(status.age, "");
}

TEST(StatusStore, FileIsOfOneVersionAndOneAccount) {
    auto const directory = TemporaryDirectory();
    auto status = read_status(directory.path(), "a");
    EXPECT_EQ(status.server_time, 0);
    status.server_time = 7;
    status.values = status_of(busy_snapshot());
    write_status(directory.path(), status);
    auto const read = read_status(directory.path(), "a");
    EXPECT_EQ(read.server_time, 7);
    EXPECT_EQ(read.values.loaded, "llama3.2:3b +1");
    EXPECT_EQ(read.values.state, ServerState::up);
    EXPECT_EQ(read_status(directory.path(), "b").server_time, 0);
    status.version = "0.0.1";
    write_status(directory.path(), status);
    EXPECT_EQ(read_status(directory.path(), "a").server_time, 0);
}

TEST(StatusStore, IdentityContainsEverythingThatDeterminesTheValues) {
    auto const first = [] {
        auto configuration = ollama::Configuration{};
        auto& account = configuration.accounts.emplace_back();
        account.base_url = io::Url{"http", "127.0.0.1", "11434", "secret-path"};
        account.log_files = {"a", "b"};
        return configuration;
    }();
    auto const identity = [](ollama::Configuration const& configuration) {
        return status_identity(configuration.accounts.front(), configuration);
    };
    EXPECT_EQ(identity(first), identity(first));
    EXPECT_EQ(identity(first).size(), 16u);
    EXPECT_EQ(identity(first).find_first_not_of("0123456789abcdef"), std::string::npos);
    auto all = std::set<std::string>{identity(first)};
    auto const differs = [&](auto const& change) {
        auto other = first;
        change(other, other.accounts.front());
        EXPECT_TRUE(all.insert(identity(other)).second) << all.size();
    };
    using Whole = ollama::Configuration;
    using One = ollama::Account;
    differs([](Whole&, One& account) { account.id = "other"; });
    differs([](Whole&, One& account) { account.auth = ollama::Auth::api_key; });
    differs([](Whole&, One& account) { account.base_url->path = "other"; });
    differs([](Whole&, One& account) { account.base_url.reset(); });
    differs([](Whole&, One& account) { account.bearer_env = "TOKEN"; });
    differs([](Whole&, One& account) { account.headers_env["X-Key"] = "KEY"; });
    differs([](Whole&, One& account) { account.cloud_base_url = "https://example.com"; });
    differs([](Whole&, One& account) { account.logs_dir = "logs"; });
    differs([](Whole&, One& account) { account.log_files = {"a"}; });
    differs([](Whole&, One& account) { account.log_files = {"a1:b"}; });
    differs([](Whole&, One& account) { account.journal = ollama::JournalUnit{}; });
    differs([](Whole&, One& account) {
        account.journal = ollama::JournalUnit{};
        account.journal->directory = "journal";
    });
    differs([](Whole&, One& account) { account.db_path = "db"; });
    differs([](Whole&, One& account) { account.runner_slots = true; });
    differs([](Whole& whole, One&) { whole.calendar = Calendar::fixed(1h); });
    differs([](Whole& whole, One&) { whole.log_timezone = Calendar::fixed(1h); });
}

TEST(StatusStore, DamagedFileIsIgnored) {
    auto const directory = TemporaryDirectory();
    auto status = read_status(directory.path(), "a");
    status.server_time = 7;
    write_status(directory.path(), status);
    for (auto const& entry : std::filesystem::directory_iterator(directory.path())) {
        auto const text = read_file(entry.path());
        directory.write(entry.path().filename().string(), text.substr(0, text.size() / 2));
    }
    EXPECT_EQ(read_status(directory.path(), "a").server_time, 0);
}

} // namespace
