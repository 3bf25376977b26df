// Runs `ousage log` as a user does, with a writer in another process.
#include "support/child.hpp"
#include "support/journal_files.hpp"
#include "support/json_tree.hpp"
#include "support/process.hpp"
#include "support/truth.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>
#include <tuple>

namespace {

using namespace ousage::test;

std::string const program = OUSAGE_TEST_PROGRAM;
std::string const data = OUSAGE_TEST_DATA;

Finished log_of(std::string const& arguments, std::string const& input = {}) {
    return run_command("env TZ=UTC " + program + " log " + arguments, input);
}

std::size_t count(std::string const& text, std::string const& what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) {
        ++found;
    }
    return found;
}

std::string line(int number) {
    return "[GIN] 2026/11/20 - 16:00:00 | 200 |            1s |       127.0.0.1 | POST     \"/n/" +
           std::to_string(number) + "\"\n";
}

TEST(Log, SummaryMatchesItsEntries) {
    auto const file = data + "/gin/v1.10.1/plain.log";
    auto const entries = log_of(file);
    auto const summary = log_of("--summary --format compact " + file);
    EXPECT_EQ(summary.exit_code, 0);
    EXPECT_EQ(summary.error, "");
    auto const read = JsonTree(summary.out);
    EXPECT_EQ(read["entries"].to_uint(), count(entries.out, "\n"));
    EXPECT_EQ(read["bytes"].to_uint(), std::filesystem::file_size(file));
    std::uint64_t by_route = 0;
    for (auto const& route : read["routes"].children()) {
        auto const name = "\"route\":\"" + route["route"].to_string() + "\"";
        EXPECT_EQ(route["requests"].to_uint(), count(entries.out, name));
        by_route += route["requests"].to_uint();
    }
    EXPECT_EQ(by_route, read["entries"].to_uint());
    for (auto const& status : read["statuses"].children()) {
        auto const name = "\"status\":" + std::to_string(status["status"].to_int()) + ",";
        EXPECT_EQ(status["count"].to_uint(), count(entries.out, name));
    }
}

TEST(Log, SummaryPrintsTable) {
    auto const finished = log_of("- --summary --format table", line(1) + line(2));
    EXPECT_NE(finished.out.find("127.0.0.1  2"), finished.out.npos) << finished.out;
    EXPECT_EQ(finished.error, "");
}

TEST(Log, SummaryAppliesFilters) {
    auto const finished = log_of("- --summary --path /n/2 --format compact", line(1) + line(2));
    EXPECT_NE(finished.out.find("\"lines\":2,\"entries\":1,"), finished.out.npos) << finished.out;
}

TEST(Log, ReadsCompressedFilesAndPipes) {
    auto const directory = TemporaryDirectory();
    auto const plain = directory.write("plain", line(1) + line(2));
    run_command("gzip -k " + plain.string());
    auto const gzip = (directory.path() / "plain.gz").string();
    EXPECT_EQ(count(log_of(gzip).out, "\n"), 2u);
    auto const renamed = directory.path() / "renamed";
    std::filesystem::rename(gzip, renamed);
    EXPECT_EQ(count(log_of(renamed.string()).out, "\n"), 2u);
    EXPECT_EQ(count(log_of("/dev/stdin", line(1)).out, "\n"), 1u);
}

TEST(Log, ReadsCompressedStandardInput) {
    auto const directory = TemporaryDirectory();
    auto const plain = directory.write("plain", line(1) + line(2));
    run_command("gzip -k " + plain.string());
    auto const compressed = read_file(directory.path() / "plain.gz");
    for (auto const* const options : {"-", "--log-file -"}) {
        EXPECT_EQ(count(log_of(options, compressed).out, "\n"), 2u) << options;
    }
    auto const cut = log_of("-", compressed.substr(0, compressed.size() - 12));
    EXPECT_EQ(cut.exit_code, 2);
    EXPECT_NE(cut.error.find("standard input: the gzip data ends early"), std::string::npos);
}

TEST(Log, NamesCompressionThatCannotBeRead) {
    auto const directory = TemporaryDirectory();
    auto const bytes = std::string("\x28\xB5\x2F\xFDrest");
    auto const file = directory.write("log", bytes).string();
    auto const logs = directory.write("logs/server.log.1.xz", "x").parent_path().string();
    for (auto const& [options, input, text] :
         {std::tuple{file, std::string(), "log: it is compressed with zstd"},
          std::tuple{std::string("-"), bytes, "standard input: it is compressed with zstd"},
          std::tuple{
              "--logs-dir " + logs, std::string(), "server.log.1.xz: it is compressed with xz"}}) {
        auto const finished = log_of(options, input);
        EXPECT_EQ(finished.exit_code, 2);
        EXPECT_EQ(count(finished.error, "\n"), 1u) << finished.error;
        EXPECT_NE(finished.error.find(text), std::string::npos) << finished.error;
    }
}

TEST(Log, ReportsThatNoAccessLineWasFound) {
    for (auto const* const options : {"-", "- --summary"}) {
        auto const finished = log_of(options, "nothing\n");
        EXPECT_EQ(finished.exit_code, 0);
        EXPECT_EQ(finished.error, "ousage: no access line found\n");
    }
    EXPECT_EQ(log_of("- --path /none", line(1)).error, "");
}

TEST(Log, ReadsNamedLogWithItsRotatedFiles) {
    auto const directory = TemporaryDirectory();
    auto const name = directory.write("0.log", line(3)).string();
    directory.write("0.log.20261120-160405", line(2));
    directory.write("0.log.20261119-160405", line(1));
    directory.write("1.log", line(4));
    auto const out = log_of("--log-file " + name).out;
    EXPECT_EQ(count(out, "\n"), 3u);
    EXPECT_LT(out.find("/n/1"), out.find("/n/2"));
    EXPECT_LT(out.find("/n/2"), out.find("/n/3"));
    auto const missing = log_of("--log-file " + name + "x");
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_EQ(
        missing.error, "ousage: no log " + name + "x; name a file, or - for standard input\n");
}

TEST(Log, RejectsInvalidArgumentsOnOneLine) {
    for (auto const* const wrong :
         {"--follow --summary", "--format table -", "/nonexistent/file", "/", "--status 7 -",
          "--since '' -", "--until '' -", "--status '' -", "--path '' -", "--now '' -",
          "--follow /", "--follow /nonexistent/file", "--follow - x"}) {
        auto const finished = log_of(wrong);
        EXPECT_EQ(finished.exit_code, 2) << wrong;
        EXPECT_EQ(count(finished.error, "\n"), 1u) << finished.error;
        EXPECT_EQ(finished.out, "") << wrong;
    }
}

TEST(Log, ReportsWriteErrorOfStandardOutput) {
    auto const text = line(1);
    for (auto const* const options : {"-", "- --follow", "- --summary"}) {
        auto const finished = run_command(
            "sh -c '" + program + " log --log-timezone UTC " + options + " >/dev/full'", text);
        EXPECT_EQ(finished.exit_code, 1) << options;
        EXPECT_NE(finished.error.find("standard output"), std::string::npos) << finished.error;
    }
}

TEST(Log, PrintsRotatedLogsBeforeLiveLog) {
    auto const directory = TemporaryDirectory();
    directory.write("server-1.log", line(1) + line(2));
    directory.write(
        "server.log", "time=2026-11-20T15:59:58.374Z level=INFO source=a.go:1 msg=x\n" + line(3));
    auto const out = log_of("--logs-dir " + directory.path().string()).out;
    auto last = std::size_t{0};
    for (auto const* const number : {"/n/1\"", "/n/2\"", "/n/3\""}) {
        auto const position = out.find(number);
        ASSERT_NE(position, std::string::npos) << number;
        EXPECT_GE(position, last);
        last = position;
    }
}

TEST(Log, ReadsJournalOfUnit) {
    auto const directory = TemporaryDirectory();
    auto message = line(7);
    message.pop_back();
    ASSERT_TRUE(
        make_journal(directory.path(), "ollama.service", 1'795'000'000, {"hello", message}));
    auto const finished = log_of("--journal --journal-dir " + directory.path().string());
    EXPECT_EQ(count(finished.out, "/n/7"), 1u) << finished.error;
    auto const other = log_of("--journal other --journal-dir " + directory.path().string());
    EXPECT_EQ(other.out, "");
}

// Reads the output of a program line by line while it runs. Returns an empty line after it has
// ended.
class Reader {
public:
    explicit Reader(std::filesystem::path const& fifo) : file_(fifo) {}

    std::string line() {
        auto text = std::string{};
        std::getline(file_, text);
        return text;
    }

private:
    std::ifstream file_;
};

TEST(Log, FollowPrintsEachLineOnceDuringRotations) {
    auto const directory = TemporaryDirectory();
    auto const logs = directory.path() / "logs";
    std::filesystem::create_directories(logs);
    auto const fifo = directory.path() / "out";
    auto const error = directory.path() / "error";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    directory.write("writer.sh", R"(
cd "$1"
n=0
while read -r command; do
    case $command in
    lines)
        for each in $(seq 100); do
            n=$((n + 1))
            printf '[GIN] 2026/11/20 - 16:00:00 | 200 |            1s |       127.0.0.1 | POST     "/n/%d"\n' $n
        done >>server.log ;;
    rename) mv -f server-1.log server-2.log 2>/dev/null; mv server.log server-1.log ;;
    copy) cp server.log server.log.1; : >server.log ;;
    compress) gzip -f server.log.1 ;;
    replace) cp server.log other; mv other server.log ;;
    esac
done
)");
    // An unreadable log does not end the program.
    std::filesystem::create_symlink("nowhere", logs / "server-9.log");
    auto follower = Child(
        {program, "log", "--follow", "--logs-dir", logs.string()}, fifo.string(), error.string(),
        {{"TZ", "UTC"}});
    auto reader = Reader(fifo);
    auto* const writer = ::popen(
        ("sh " + (directory.path() / "writer.sh").string() + " " + logs.string()).c_str(), "w");
    ASSERT_NE(writer, nullptr);
    auto const command = [writer](char const* word) {
        std::fprintf(writer, "%s\n", word);
        std::fflush(writer);
    };
    auto numbers = std::multiset<std::string>{};
    int written = 0;
    // Each rotation happens while the preceding lines may still be unread.
    for (auto const* const rotation :
         {"rename", "copy", "compress", "replace", "rename", "copy", "replace", "compress",
          "rename", ""}) {
        command("lines");
        written += 100;
        command(rotation);
        while (numbers.size() < static_cast<std::size_t>(written)) {
            auto const row = reader.line();
            ASSERT_NE(row, "") << "after " << numbers.size() << " lines, " << rotation;
            auto const start = row.find("/n/") + 3;
            numbers.insert(row.substr(start, row.find('"', start) - start));
        }
    }
    command("lines"); // any duplicate would be printed before these
    for (int more = 0; more < 100; ++more) {
        auto const row = reader.line();
        auto const start = row.find("/n/") + 3;
        numbers.insert(row.substr(start, row.find('"', start) - start));
    }
    EXPECT_EQ(::pclose(writer), 0);
    follower.signal(SIGTERM);
    EXPECT_EQ(follower.wait().exit_code, 128 + SIGTERM);
    for (int number = 1; number <= written + 100; ++number) {
        EXPECT_EQ(numbers.count(std::to_string(number)), 1u) << number;
    }
    EXPECT_EQ(count(read_file(error), "\n"), 1u) << "reported once";
    EXPECT_NE(read_file(error).find("server-9.log"), std::string::npos);
}

TEST(Log, FollowContinuesInNextJournalFile) {
    auto const directory = TemporaryDirectory();
    auto const journal = directory.path() / "journal";
    auto const fifo = directory.path() / "out";
    auto const error = directory.path() / "error";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    std::filesystem::create_directories(journal);
    // Moves a complete file into the directory, because systemd-journal-remote sends no
    // notification when it has written one.
    auto const add = [&](int number, std::string const& name) {
        auto message = line(number);
        message.pop_back();
        auto const start = 1'795'000'000 + 60 * static_cast<std::uint64_t>(number);
        auto const made =
            make_journal(directory.path(), "ollama.service", start, {message, "not of Gin"}, name);
        std::filesystem::rename(
            directory.path() / (name + ".journal"), journal / (name + ".journal"));
        return made;
    };
    ASSERT_TRUE(add(1, "first"));
    auto follower = Child(
        {program, "log", "--journal", "--follow", "--journal-dir", journal.string()}, fifo.string(),
        error.string());
    auto reader = Reader(fifo);
    EXPECT_NE(reader.line().find("/n/1"), std::string::npos);
    ASSERT_TRUE(add(2, "second"));
    EXPECT_NE(reader.line().find("/n/2"), std::string::npos);
    ASSERT_TRUE(add(3, "third"));
    EXPECT_NE(reader.line().find("/n/3"), std::string::npos);
    follower.signal(SIGTERM);
    EXPECT_EQ(follower.wait().exit_code, 128 + SIGTERM);
    EXPECT_EQ(read_file(error), "");
}

} // namespace
