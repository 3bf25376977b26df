#include "io/file/log_following.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::io;
using namespace ousage::test;
using Texts = std::vector<std::string>;
namespace fs = std::filesystem;

TEST_F(LogFollowing, ReportsNewLinesOnce) {
    append("server.log", "a\nb\n");
    EXPECT_EQ(polled(), (Texts{"a", "b"}));
    EXPECT_EQ(polled(), Texts{});
    append("server.log", "c\nd");
    EXPECT_EQ(polled(), Texts{"c"});
    append("server.log", "e\n");
    EXPECT_EQ(polled(), Texts{"de"});
}

TEST_F(LogFollowing, ContinuesRenamedLogAndStartsNewOne) {
    append("server.log", "a\nb");
    EXPECT_EQ(polled(), Texts{"a"});
    append("server.log", "c\nd\n");
    fs::rename(at("server.log"), at("server-1.log"));
    append("server.log", "e\n");
    EXPECT_EQ(polled(), (Texts{"bc", "d", "e"}));
    // An old server process continues to write to the renamed log.
    append("server-1.log", "f\n");
    EXPECT_EQ(polled(), Texts{"f"});
    EXPECT_EQ(follower.rotations(), 1u);
    EXPECT_EQ(follower.truncations(), 0u);
}

TEST_F(LogFollowing, CountsARotationOnceWhateverTheNumberOfSiblings) {
    for (auto const* const name : {"server-3.log", "server-2.log", "server-1.log", "server.log"}) {
        append(name, std::string("content of ") + name + "\n");
    }
    poll();
    for (unsigned round = 1; round <= 3; ++round) {
        fs::rename(at("server-3.log"), at("server-4.log"));
        fs::rename(at("server-2.log"), at("server-3.log"));
        fs::rename(at("server-1.log"), at("server-2.log"));
        fs::rename(at("server.log"), at("server-1.log"));
        if (round == 2) {
            poll(); // before the server creates its new log
        }
        append("server.log", "round " + std::to_string(round) + "\n");
        poll();
        poll();
        EXPECT_EQ(follower.rotations(), round);
    }
    EXPECT_EQ(follower.truncations(), 0u);
}

TEST_F(LogFollowing, CountsAReplacementOnceEvenIfTheOldLogReappears) {
    append("server.log", "a\n");
    poll();
    fs::rename(at("server.log"), at("hidden"));
    append("server.log", "b\n");
    poll();
    EXPECT_EQ(follower.rotations(), 1u);
    fs::rename(at("hidden"), at("server-1.log"));
    poll();
    poll();
    EXPECT_EQ(follower.rotations(), 1u);
    EXPECT_EQ(lines.all, (Texts{"a", "b"}));
}

TEST_F(LogFollowing, EndsUnterminatedLineOfRotatedLog) {
    append("server.log", "a\nb");
    EXPECT_EQ(polled(), Texts{"a"});
    fs::rename(at("server.log"), at("server-1.log"));
    EXPECT_EQ(polled(), Texts{"b"});
    // The rest of that line does not count as a new line.
    append("server-1.log", "rest\nc\n");
    EXPECT_EQ(polled(), Texts{"c"});
}

TEST_F(LogFollowing, RestartsAfterTruncation) {
    append("server.log", "a\nb\npart");
    EXPECT_EQ(polled(), (Texts{"a", "b"}));
    fs::resize_file(at("server.log"), 0);
    append("server.log", "c\n");
    EXPECT_EQ(polled(), Texts{"c"});
    // The partial line counts as a line. It was held because its file could have reappeared.
    EXPECT_EQ(polled(), Texts{"part"});
    EXPECT_EQ(follower.truncations(), 1u);
}

TEST_F(LogFollowing, DetectsTruncationOfLogThatRegrew) {
    append("server.log", "a\nb\n");
    EXPECT_EQ(polled(), (Texts{"a", "b"}));
    fs::resize_file(at("server.log"), 0);
    append("server.log", "c\nd\ne\nf\n");
    EXPECT_EQ(polled(), (Texts{"c", "d", "e", "f"}));
}

TEST_F(LogFollowing, ReportsLinesOnceAfterCopytruncate) {
    append("server.log", "a\nb\n");
    EXPECT_EQ(polled(), (Texts{"a", "b"}));
    append("server.log", "c\nd");
    fs::copy_file(at("server.log"), at("server.log.1"));
    fs::resize_file(at("server.log"), 0);
    append("server.log", "e\n");
    auto got = polled();
    std::sort(got.begin(), got.end());
    EXPECT_EQ(got, (Texts{"c", "e"}));
    EXPECT_EQ(polled(), Texts{"d"});
    EXPECT_EQ(follower.truncations(), 1u);
    EXPECT_EQ(follower.rotations(), 0u);
}

TEST_F(LogFollowing, ReportsLinesOnceIfCopyIsOverwrittenInPlace) {
    auto expected = std::vector<std::string>{};
    poll();
    for (int round = 0; round < 6; ++round) {
        auto text = std::string{};
        for (int line = 0; line < 100; ++line) {
            expected.push_back("round " + std::to_string(round) + " line " + std::to_string(line));
            text += expected.back() + "\n";
        }
        append("server.log", text);
        poll();
        expected.push_back("unread line of round " + std::to_string(round));
        append("server.log", expected.back() + "\n");
        directory.write("server.log.1", read_file(at("server.log"))); // keeps its inode
        directory.write("server.log", "");
        if (round % 2 == 0) {
            poll();
        }
    }
    poll();
    poll();
    std::sort(lines.all.begin(), lines.all.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(lines.all, expected);
}

TEST_F(LogFollowing, ReportsOnceIfLogReturnsAfterAbsence) {
    for (auto const* const way : {"gzip", "copy"}) {
        for (auto const* const content : {"short\nlog\n", "long"}) {
            for (int absent = 0; absent < 4; ++absent) {
                SCOPED_TRACE(way + std::string(content) + std::to_string(absent));
                std::filesystem::remove_all(directory.path());
                std::filesystem::create_directory(directory.path());
                follower = {};
                lines = {};
                auto text = std::string(content);
                for (int line = 0; line < 1000 && text.starts_with("long"); ++line) {
                    text += "line " + std::to_string(line) + " of the log\n";
                }
                append("server.log", text);
                poll();
                std::filesystem::rename(at("server.log"), at("server-1.log"));
                append("server.log", "new\n");
                poll();
                std::filesystem::remove(at("server-1.log"));
                for (int round = 0; round < absent; ++round) {
                    poll();
                }
                for (int other = 0; other < 4; ++other) { // one uses the free inode
                    append("other" + std::to_string(other), "x");
                }
                if (way == std::string("gzip")) {
                    directory.write("server-1.log.gz", gzip(text));
                } else {
                    directory.write("server-1.log", text);
                }
                for (int round = 0; round < 3; ++round) {
                    poll();
                }
                auto const count = std::count(text.begin(), text.end(), '\n') + 1;
                EXPECT_EQ(lines.all.size(), static_cast<std::size_t>(count));
            }
        }
    }
}

TEST_F(LogFollowing, ReadsPostponedLogAtLaterPoll) {
    append("server.log", "a\nb\n");
    append("server-1.log", "c\n");
    lines.postponed = 2;
    EXPECT_EQ(polled(), Texts{});
    EXPECT_EQ(polled(), (Texts{"c", "a", "b"}));
}

TEST_F(LogFollowing, IgnoresFileThatDisappearsAfterListing) {
    append("server.log", "a\n");
    append("server-1.log", "b\n");
    auto const files = list_server_logs(directory.path());
    std::filesystem::remove(at("server-1.log"));
    EXPECT_TRUE(follower.poll(*files, {}, lines).empty());
    EXPECT_EQ(lines.all, std::vector<std::string>{"a"});
}

TEST_F(LogFollowing, NamesCompressionThatCannotBeRead) {
    append("server.log", "a\n");
    append("server.log.1.xz", "");
    append("server.log.2.zst", "\x28\xB5\x2F\xFDrest");
    append(
        "server.log.3", std::string(
                            "\xFD"
                            "7zXZ\0rest",
                            10)); // without its suffix
    append("server.log.4", gzip("b\n"));
    auto const failures = follower.poll(*list_server_logs(directory.path()), {}, lines);
    ASSERT_EQ(failures.size(), 3u);
    EXPECT_EQ(
        failures[0].text,
        "cannot read server.log.3: it is compressed with xz; only gzip can be read");
    EXPECT_EQ(
        failures[1].text,
        "cannot read server.log.2.zst: it is compressed with zstd; only gzip can be read");
    EXPECT_EQ(
        failures[2].text,
        "cannot read server.log.1.xz: it is compressed with xz; only gzip can be read");
    EXPECT_EQ(lines.all, (std::vector<std::string>{"b", "a"}));
}

TEST_F(LogFollowing, IgnoresCopySeenBeforeTruncation) {
    append("server.log", "a\nb\n");
    EXPECT_EQ(polled(), (Texts{"a", "b"}));
    fs::copy_file(at("server.log"), at("server.log.1"));
    EXPECT_EQ(polled(), Texts{});
    append("server.log", "c\n");
    EXPECT_EQ(polled(), Texts{"c"});
    fs::resize_file(at("server.log"), 0);
    append("server.log", "d\n");
    EXPECT_EQ(polled(), Texts{"d"});
    EXPECT_EQ(polled(), Texts{});
}

TEST_F(LogFollowing, IgnoresCopyWrittenInSteps) {
    append("server.log", "first line\nsecond line\n");
    EXPECT_EQ(polled().size(), 2u);
    append("server.log.1", "");
    EXPECT_EQ(polled(), Texts{});
    append("server.log.1", "first li");
    EXPECT_EQ(polled(), Texts{});
    append("server.log", "third line\n");
    append("server.log.1", "ne\nsecond line\nthird line\n");
    fs::resize_file(at("server.log"), 0);
    EXPECT_EQ(polled(), Texts{"third line"});
    EXPECT_EQ(polled(), Texts{});
}

TEST_F(LogFollowing, ResumesRotatedLogAfterCompression) {
    append("server.log", "a\nb\n");
    EXPECT_EQ(polled(), (Texts{"a", "b"}));
    append("server.log", "c\n");
    fs::rename(at("server.log"), at("server.log.1"));
    compress("server.log.1", "server.log.2.gz");
    fs::remove(at("server.log.1"));
    append("server.log", "d\n");
    EXPECT_EQ(polled(), (Texts{"c", "d"}));
    EXPECT_EQ(polled(), Texts{});
    EXPECT_EQ(polled(), Texts{});
}

// More than a kilobyte of lines, enough to recognize a copy.
std::string many_lines(char first) {
    auto text = std::string();
    for (int index = 0; index < 50; ++index) {
        text += std::string(1, first) + " line " + std::to_string(index) + " of fifty, and more\n";
    }
    return text;
}

TEST_F(LogFollowing, ReadsLiveLogThatGrowsPastItsCopy) {
    for (auto const* const name : {"server.log.1", "server-1.log", "server-old.log"}) {
        SCOPED_TRACE(name);
        append("server.log", many_lines('a'));
        fs::copy_file(at("server.log"), at(name));
        EXPECT_EQ(polled().size(), 50u);
        append("server.log", "b\n");
        EXPECT_EQ(polled(), Texts{"b"});
        append("server.log", "c\n");
        EXPECT_EQ(polled(), Texts{"c"});
        fs::resize_file(at("server.log"), 0);
        append("server.log", "d\n");
        EXPECT_EQ(polled(), Texts{"d"});
        EXPECT_EQ(polled(), Texts{});
        fs::remove(at("server.log"));
        fs::remove(at(name));
        poll();
        poll();
        follower = LogFollower();
        lines = Lines();
    }
}

TEST_F(LogFollowing, ReadsTruncatedLiveLogThatHadCopy) {
    append("server.log", many_lines('a'));
    fs::copy_file(at("server.log"), at("server.log.1"));
    EXPECT_EQ(polled().size(), 50u);
    fs::resize_file(at("server.log"), 0);
    append("server.log", "b\nc\n");
    fs::rename(at("server.log"), at("server-1.log"));
    EXPECT_EQ(polled(), (Texts{"b", "c"}));
    EXPECT_EQ(polled(), Texts{});
}

TEST_F(LogFollowing, ReadsNewLogWithSameBeginningAsOldLog) {
    auto const old = many_lines('a');
    append("server.log", old);
    EXPECT_EQ(polled().size(), 50u);
    fs::rename(at("server.log"), at("server-1.log"));
    append("server.log", old.substr(0, 6));
    EXPECT_EQ(polled(), Texts{});
    append("server.log", "x\ny\n");
    EXPECT_EQ(polled(), (Texts{old.substr(0, 6) + "x", "y"}));
    EXPECT_EQ(polled(), Texts{});
}

TEST_F(LogFollowing, ReadsDivergingCopyAsSeparateLog) {
    append("server.log", many_lines('a'));
    EXPECT_EQ(polled().size(), 50u);
    fs::copy_file(at("server.log"), at("server-b.log"));
    EXPECT_EQ(polled(), Texts{});
    append("server-b.log", "b\n");
    append("server.log", "a\n");
    auto both = polled();
    std::sort(both.begin(), both.end());
    EXPECT_EQ(both, (Texts{"a", "b"}));
    append("server-b.log", "c\n");
    EXPECT_EQ(polled(), Texts{"c"});
}

TEST_F(LogFollowing, WaitsForIncompleteCompressedCopy) {
    append("server.log", "z\n");
    append("server.log.1", many_lines('a'));
    compress("server.log.1", "whole");
    EXPECT_EQ(polled().size(), 51u);
    auto const whole = read_file(at("whole"));
    for (std::size_t const size : {std::size_t(0), std::size_t(10), whole.size()}) {
        directory.write("server.log.1.gz", whole.substr(0, size));
        EXPECT_EQ(polled(), Texts{}) << size;
    }
    fs::remove(at("server.log.1"));
    EXPECT_EQ(polled(), Texts{});
    EXPECT_EQ(polled(), Texts{});
    EXPECT_EQ(polled(), Texts{});
}

TEST_F(LogFollowing, ReadsOnceIfFirstSeenDuringCompression) {
    append("server.log", "z\n");
    append("other", many_lines('a'));
    compress("other", "whole");
    auto const whole = read_file(at("whole"));
    for (std::size_t size = 0; size <= whole.size(); size += 9) {
        SCOPED_TRACE(size);
        follower = LogFollower();
        lines = Lines();
        EXPECT_EQ(polled(), Texts{"z"});
        fs::copy_file(at("other"), at("server.log.1"));
        directory.write("server.log.1.gz", whole.substr(0, size));
        EXPECT_EQ(polled().size(), 50u);
        directory.write("server.log.1.gz", whole);
        fs::remove(at("server.log.1"));
        for (int round = 0; round < 4; ++round) {
            EXPECT_EQ(polled(), Texts{});
        }
        fs::remove(at("server.log.1.gz"));
    }
}

TEST_F(LogFollowing, ResumesReappearingFile) {
    append("server.log", "a\nb\n");
    EXPECT_EQ(polled(), (Texts{"a", "b"}));
    fs::rename(at("server.log"), at("away"));
    for (int round = 0; round < 4; ++round) {
        EXPECT_EQ(polled(), Texts{});
    }
    EXPECT_EQ(lines.removed_logs, 1);
    append("away", "c\n");
    fs::rename(at("away"), at("server.log"));
    EXPECT_EQ(polled(), Texts{"c"});
    append("server.log", "d\n");
    EXPECT_EQ(polled(), Texts{"d"});
}

TEST_F(LogFollowing, IgnoresCompressedCopyBesideOriginal) {
    append("server.log", "a\nb\n");
    EXPECT_EQ(polled(), (Texts{"a", "b"}));
    fs::rename(at("server.log"), at("server.log.1"));
    compress("server.log.1", "server.log.1.gz");
    EXPECT_EQ(polled(), Texts{});
    fs::remove(at("server.log.1"));
    EXPECT_EQ(polled(), Texts{});
    EXPECT_EQ(polled(), Texts{});
    EXPECT_EQ(polled(), Texts{});
}

TEST_F(LogFollowing, ReadsCompressedLogsFromBeginning) {
    append("server.log", "c\n");
    append("1", "b\nwithout newline");
    compress("1", "server.log.1.gz");
    append("2", "a\n");
    compress("2", "server-2.log.gz");
    EXPECT_EQ(polled(), (Texts{"a", "b", "c", "without newline"}));
    EXPECT_EQ(polled(), Texts{});
}

TEST_F(LogFollowing, ReportsDamagedGzipAndReadsOtherLogs) {
    append("server.log", "live\n");
    append("1", std::string(100'000, 'x') + "\n" + std::string(100'000, 'y') + "\n");
    compress("1", "whole.gz");
    auto text = read_file(at("whole.gz"));
    text.replace(text.size() / 2, 20, 20, '\xFF');
    directory.write("server.log.1.gz", text);
    directory.write("server.log.2.gz", "no gzip at all");
    auto const failures = follower.poll(*list_server_logs(directory.path()), {}, lines);
    ASSERT_GE(failures.size(), 1u);
    EXPECT_EQ(failures[0].part, "server.log.2.gz");
    EXPECT_NE(std::find(lines.all.begin(), lines.all.end(), "live"), lines.all.end());
}

TEST_F(LogFollowing, ReadsReplacedLogToEndAndNewLogFromBeginning) {
    append("server.log", "a\n");
    EXPECT_EQ(polled(), Texts{"a"});
    append("server.log", "b\n");
    append("other", "c\n");
    fs::rename(at("other"), at("server.log"));
    EXPECT_EQ(polled(), (Texts{"b", "c"}));
    EXPECT_EQ(polled(), Texts{});
    EXPECT_EQ(polled(), Texts{});
    EXPECT_EQ(lines.removed_logs, 1);
}

TEST_F(LogFollowing, ReadsLateFileAndFinishesDeletedFile) {
    EXPECT_EQ(polled(), Texts{});
    append("server.log", "a\n");
    EXPECT_EQ(polled(), Texts{"a"});
    append("server.log", "b\nc");
    fs::remove(at("server.log"));
    EXPECT_EQ(polled(), Texts{"b"});
    EXPECT_EQ(polled(), Texts{"c"});
    append("server.log", "d\n");
    EXPECT_EQ(polled(), Texts{"d"});
}

TEST_F(LogFollowing, CountsLargeCopyOnceAtFirstPoll) {
    auto text = std::string{};
    for (int index = 0; text.size() < 3000; ++index) {
        text += "line " + std::to_string(index) + "\n";
    }
    append("server-1.log", text);
    append("server.log", text + "more\n");
    poll();
    EXPECT_EQ(
        lines.all.size(), static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
}

TEST_F(LogFollowing, ReadsEqualShortLogsSeparately) {
    append("server-1.log", "the same\n");
    append("server.log", "the same\n");
    EXPECT_EQ(polled(), (Texts{"the same", "the same"}));
}

TEST_F(LogFollowing, ReadsLinkedFileOnceAndSkipsNonRegularFiles) {
    append("server.log", "a\n");
    fs::create_hard_link(at("server.log"), at("server-1.log"));
    fs::create_symlink(at("server.log"), at("server-2.log"));
    ASSERT_EQ(::mkfifo(at("server-3.log").c_str(), 0600), 0);
    fs::create_directory(at("server-4.log"));
    EXPECT_EQ(polled(), Texts{"a"});
    append("server.log", "b\n");
    EXPECT_EQ(polled(), Texts{"b"});
}

TEST_F(LogFollowing, DeliversVeryLongLineInPieces) {
    append("server.log", std::string(3'000'000, 'x'));
    poll();
    append("server.log", "\na\n");
    EXPECT_EQ(polled().size(), 2u);
}

TEST_F(LogFollowing, ContinuesAtNextPollAfterStop) {
    append("server.log", "a\n");
    auto stop = std::stop_source{};
    stop.request_stop();
    EXPECT_TRUE(
        follower.poll(*list_server_logs(directory.path()), stop.get_token(), lines).empty());
    EXPECT_EQ(lines.all.size(), 0u);
    EXPECT_EQ(polled(), Texts{"a"});
}

} // namespace
