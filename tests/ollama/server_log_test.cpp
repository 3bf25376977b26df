#include "io/file/log_following.hpp"
#include "support/json_tree.hpp"
#include "support/process.hpp"
#include "support/truth.hpp"
#include <ousage/core/run.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/gin_path.hpp>
#include <ousage/ollama/server_log.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::chrono;

constexpr auto now = sys_days(2026y / November / 20) + hours(16) + minutes(30);

std::string line(std::string const& time, std::string const& path = "/api/chat") {
    return "[GIN] 2026/11/20 - " + time + " | 200 |            1s |       127.0.0.1 | POST     \"" +
           path + "\"\n";
}

Outcome<ServerLog> read(std::filesystem::path const& directory) {
    return run(server_log(directory, LogZone{}, [] { return sys_seconds(now); }));
}

TEST(ServerLog, ReadsLiveAndRotatedFiles) {
    auto const directory = TemporaryDirectory();
    directory.write("server.log", line("16:00:00"));
    directory.write("server-1.log", line("15:00:00") + line("15:00:01", "/api/embed"));
    directory.write("server2.log", line("14:00:00"));
    directory.write("app.log", line("13:00:00"));
    auto const outcome = read(directory.path());
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.requests.five_hours.requests, 4u);
    EXPECT_EQ(outcome.value.requests.five_hours.embed_requests, 1u);
    EXPECT_EQ(outcome.value.log.log_lines, 4u);
    EXPECT_EQ(outcome.value.requests_from, "server_log");
    EXPECT_EQ(outcome.value.daily_series.at("requests").back().value, 4u);
}

TEST(ServerLog, IsAbsentWithoutFile) {
    auto const directory = TemporaryDirectory();
    EXPECT_EQ(read(directory.path()).state, State::absent);
    EXPECT_EQ(read(directory.path() / "missing").state, State::absent);
}

TEST(ServerLog, ReadsStreamPlainOrCompressed) {
    auto const directory = TemporaryDirectory();
    auto const text = line("16:00:00") + line("16:00:01");
    for (auto const& [content, requests] :
         {std::pair{text, 2u}, std::pair{text.substr(0, text.size() - 1), 2u},
          std::pair{gzip(text), 2u}}) {
        auto const path = directory.write("stream", content);
        auto const descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        auto const source = server_log_stream(
            descriptor, "standard input", LogZone{}, [] { return sys_seconds(now); });
        for (int round = 0; round < 2; ++round) {
            auto const outcome = run(source);
            EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
            EXPECT_EQ(outcome.value.requests.five_hours.requests, requests);
        }
        ::close(descriptor);
    }
}

TEST(ServerLog, StreamThatCannotBeReadIsError) {
    auto const directory = TemporaryDirectory();
    auto const compressed = gzip(line("16:00:00"));
    for (auto const& [content, text] :
         {std::pair{
              std::string("BZh91AY&SYrest"),
              "cannot read standard input: it is compressed with bzip2; only gzip can be read"},
          std::pair{
              compressed.substr(0, compressed.size() / 2),
              "cannot read standard input: the gzip data ends early"}}) {
        auto const path = directory.write("stream", content);
        auto const descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        auto const outcome = run(server_log_stream(
            descriptor, "standard input", LogZone{}, [] { return sys_seconds(now); }));
        ASSERT_EQ(outcome.failures.size(), 1u);
        EXPECT_EQ(outcome.failures[0].text, text);
        ::close(descriptor);
    }
}

TEST(ServerLog, CountsLinkedFileOnceAndSkipsFifo) {
    auto const directory = TemporaryDirectory();
    auto const live = directory.write("server.log", line("16:00:00"));
    std::filesystem::create_symlink(live, directory.path() / "server-3.log");
    std::filesystem::create_hard_link(live, directory.path() / "server-4.log");
    std::filesystem::create_symlink("server-5.log", directory.path() / "server-5.log");
    ASSERT_EQ(::mkfifo((directory.path() / "server-6.log").c_str(), 0600), 0);
    std::filesystem::create_directory(directory.path() / "server-7.log");
    auto const outcome = read(directory.path());
    EXPECT_EQ(outcome.value.requests.five_hours.requests, 1u);
    // The link to itself cannot be opened: the failure names it, the other files count.
    EXPECT_EQ(outcome.state, State::partial);
    ASSERT_EQ(outcome.failures.size(), 1u) << describe(outcome);
    EXPECT_EQ(outcome.failures[0].part, "server-5.log");
}

TEST(ServerLog, CountsUnterminatedLastLineInRotatedFilesOnly) {
    auto const directory = TemporaryDirectory();
    auto const whole = line("16:00:00");
    auto const cut = whole.substr(0, whole.size() - 1);
    directory.write("server.log", cut);
    directory.write("server-1.log", cut);
    auto const outcome = read(directory.path());
    EXPECT_EQ(outcome.value.requests.five_hours.requests, 1u);
    EXPECT_EQ(outcome.value.log.log_lines, 1u);
}

TEST(ServerLog, LocatesFirstUnparsedLineWithoutItsContent) {
    auto const directory = TemporaryDirectory();
    directory.write("server.log", "x\n" + line("16:00:00") + "[GIN] secret words\n[GIN] more\n");
    auto const outcome = read(directory.path());
    EXPECT_EQ(outcome.state, State::ok);
    EXPECT_EQ(outcome.value.log.log_lines_unparsed, 2u);
    EXPECT_EQ(outcome.value.diagnostics.at("server_log_first_unparsed"), "server.log:3");
}

using Counts = std::map<std::string, int>;

Counts counts_of_log(std::string const& text) {
    auto counts = Counts{};
    auto log = AccessLog(Calendar::utc());
    auto const sink = [&](AccessEntry const& entry) {
        auto path = unquote_gin_path(entry.line.quoted_path).path;
        // The ledger is JSON and contains bytes that are not UTF-8 as escapes.
        if (path == "/\xff\xfe") {
            path = "/\\xff\\xfe";
        }
        ++counts
            [std::string(entry.line.method) + " " + path + " " + std::to_string(entry.line.status)];
    };
    log.feed(text, sink);
    log.finish(sink);
    EXPECT_EQ(log.counts().unparsed, 0u);
    return counts;
}

Counts counts_of_ledger(std::string const& text) {
    auto counts = Counts{};
    for (auto const& row : split_lines(text)) {
        auto const entry = JsonTree(row);
        if (entry["logged"].to_bool()) {
            auto path = entry["log_path"].to_string();
            path.erase(std::min(path.find('?'), path.size()));
            auto const request = entry["method"].to_string() + " " + path + " ";
            auto const* const status = entry.find("status");
            auto const known = status != nullptr ? status->integer() : std::nullopt;
            ++counts[request + (known ? std::to_string(*known) : "gone")];
        }
    }
    return counts;
}

// A client that disconnected before the response saw no status; the server logged 499 or 500.
void tell_gone(Counts& got, Counts const& wanted) {
    for (auto const& [key, number] : wanted) {
        if (key.ends_with(" gone")) {
            auto const request = key.substr(0, key.size() - 4);
            for (int left = number; left > 0; --left) {
                auto const logged =
                    got.contains(request + "499") ? request + "499" : request + "500";
                if (--got[logged] == 0) {
                    got.erase(logged);
                }
                ++got[key];
            }
        }
    }
}

TEST(ServerLog, CountsMatchLedgerOfRealServer) {
    for (auto const* const version : {"v0.24.0", "v0.33.0-rc2"}) {
        for (auto const& [log, ledger] :
             {std::pair("server.log", "ledger.jsonl"), std::pair("busy.log", "busy.jsonl")}) {
            auto const directory = std::string("ollama/") + version + "/";
            auto got = counts_of_log(read_data(directory + log));
            auto const wanted = counts_of_ledger(read_data(directory + ledger));
            tell_gone(got, wanted);
            ASSERT_FALSE(wanted.empty());
            EXPECT_EQ(got, wanted) << version << " " << log;
        }
    }
}

} // namespace
