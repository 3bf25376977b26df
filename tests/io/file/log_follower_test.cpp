#include "support/process.hpp"
#include <ousage/io/file/log_follower.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::io;
using namespace ousage::test;
namespace fs = std::filesystem;

// Splits the output of the follower into lines.
struct Lines : LogVisitor {
    std::vector<std::string> all;
    std::map<std::uint64_t, std::string> held;
    int ended = 0, removed_logs = 0;

    std::uint64_t begin(std::uint64_t number, LogFile const&, LogBytes&) override {
        EXPECT_TRUE(held.emplace(number, "").second) << "a number came twice";
        return 0;
    }

    void bytes(std::uint64_t number, std::string_view bytes) override {
        auto& text = held.at(number);
        text += bytes;
        for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
            all.push_back(text.substr(0, end));
            text.erase(0, end + 1);
        }
    }

    void end(std::uint64_t number) override {
        ++ended;
        if (auto& text = held.at(number); !text.empty()) {
            all.push_back(std::exchange(text, {}));
        }
    }

    void removed(std::uint64_t number) override {
        ++removed_logs;
        EXPECT_EQ(held.at(number), "") << "went without its end";
        held.erase(number);
    }
};

class LogFollowing : public testing::Test {
protected:
    fs::path at(std::string const& name) const { return folder.path() / name; }

    void append(std::string const& name, std::string const& text) const {
        std::ofstream(at(name), std::ios::binary | std::ios::app) << text;
    }

    void compress(std::string const& from, std::string const& to) const {
        auto const text = read_file(at(from));
        auto* const file = gzopen(at(to).c_str(), "wb1");
        gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
        gzclose(file);
    }

    // Polls once and expects no failure.
    void poll() {
        auto const files = list_server_logs(folder.path());
        ASSERT_TRUE(files);
        auto const failures = follower.poll(*files, {}, lines);
        for (auto const& failure : failures) {
            ADD_FAILURE() << to_string(failure);
        }
    }

    std::vector<std::string> polled() {
        poll();
        return std::exchange(lines.all, {});
    }

    using Texts = std::vector<std::string>;
    TemporaryDirectory folder;
    LogFollower follower;
    Lines lines;
};

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
        folder.write("server.log.1.gz", whole.substr(0, size));
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
        folder.write("server.log.1.gz", whole.substr(0, size));
        EXPECT_EQ(polled().size(), 50u);
        folder.write("server.log.1.gz", whole);
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
    folder.write("server.log.1.gz", text);
    folder.write("server.log.2.gz", "no gzip at all");
    auto const failures = follower.poll(*list_server_logs(folder.path()), {}, lines);
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
    EXPECT_TRUE(follower.poll(*list_server_logs(folder.path()), stop.get_token(), lines).empty());
    EXPECT_EQ(lines.all.size(), 0u);
    EXPECT_EQ(polled(), Texts{"a"});
}

// Models the contents of a directory and the lines that can still be read.
class RandomWalk {
public:
    RandomWalk(fs::path folder, unsigned seed) : folder_(std::move(folder)), random_(seed) {}

    // One operation of a writer or of a log rotation program.
    void step() {
        switch (random_() % 16) {
        case 0: rename_chain(); break;
        case 1: copy_and_truncate(); break;
        case 2: truncate(); break;
        case 3: replace(); break;
        case 4: compress_oldest(); break;
        case 5: remove_live(); break;
        case 6: append("server-1.log"); break;
        default: append("server.log"); break;
        }
    }

    // Marks everything in the directory as read.
    void polled() {
        for (auto& [name, file] : files_) {
            expected_.insert(expected_.end(), file.unread.begin(), file.unread.end());
            file.unread.clear();
            file.is_known = true;
        }
        for (auto& lost : unlinked_) {
            expected_.insert(expected_.end(), lost.begin(), lost.end());
        }
        unlinked_.clear();
    }

    std::vector<std::string> const& expected() const { return expected_; }

    void finish_lines() {
        for (auto& [name, file] : files_) {
            if (file.is_partial) {
                write(name, "\n");
                file.is_partial = false;
            }
        }
    }

private:
    struct File {
        std::vector<std::string> unread; // names of lines not read by any poll
        bool is_known = false;           // a poll has read the file itself
        bool is_partial = false;         // its last line has no newline
    };

    fs::path at(std::string const& name) const { return folder_ / name; }

    void write(std::string const& name, std::string const& text) const {
        std::ofstream(at(name), std::ios::binary | std::ios::app) << text;
    }

    void append(std::string const& name) {
        if (name != "server.log" && !files_.contains(name)) {
            return;
        }
        auto& file = files_[name];
        for (auto count = random_() % 12 + 1; count > 0; --count) {
            if (file.is_partial) {
                write(name, "rest of it\n");
                file.is_partial = false;
                continue;
            }
            auto const line = "L" + std::to_string(next_++) + " ";
            auto const filler =
                std::string(random_() % 40 == 0 ? random_() % 5000 : random_() % 60, 'x');
            file.is_partial = random_() % 8 == 0;
            write(name, line + filler + (file.is_partial ? "" : "\n"));
            file.unread.push_back(line);
        }
    }

    // Deletes the file. A reader that has it open can still read it to its end.
    void forget(std::string const& name) {
        if (auto found = files_.extract(name); !found.empty() && found.mapped().is_known) {
            unlinked_.push_back(std::move(found.mapped().unread));
        }
        fs::remove(at(name));
    }

    void rename(std::string const& from, std::string const& to) {
        if (auto found = files_.extract(from); !found.empty()) {
            found.key() = to;
            files_.insert(std::move(found));
            fs::rename(at(from), at(to));
        }
    }

    void rename_chain() {
        forget("server-3.log");
        rename("server-2.log", "server-3.log");
        rename("server-1.log", "server-2.log");
        rename("server.log", "server-1.log");
    }

    void copy_and_truncate() {
        if (!files_.contains("server.log")) {
            return;
        }
        forget("server.log.2");
        forget("server.log.2.gz");
        rename("server.log.1", "server.log.2");
        auto& live = files_["server.log"];
        fs::copy_file(at("server.log"), at("server.log.1"));
        fs::resize_file(at("server.log"), 0);
        files_["server.log.1"] = {std::exchange(live.unread, {}), false, live.is_partial};
        live.is_partial = false;
    }

    // Drops lines that no poll has read: no reader could read them.
    void truncate() {
        if (files_.contains("server.log")) {
            fs::resize_file(at("server.log"), 0);
            files_["server.log"].unread.clear();
            files_["server.log"].is_partial = false;
        }
    }

    void replace() {
        forget("server.log");
        append("server.log");
    }

    void remove_live() { forget("server.log"); }

    void compress_oldest() {
        auto const found = files_.find("server.log.2");
        if (found == files_.end()) {
            return;
        }
        auto const text = read_file(at("server.log.2"));
        auto* const file = gzopen(at("server.log.2.gz").c_str(), "wb1");
        gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
        gzclose(file);
        fs::remove(at("server.log.2"));
        auto moved = files_.extract("server.log.2");
        moved.key() = "server.log.2.gz";
        moved.mapped().is_known = false;
        moved.mapped().is_partial = false;
        files_.insert(std::move(moved));
    }

    fs::path folder_;
    std::mt19937 random_;
    std::map<std::string, File> files_;
    std::vector<std::vector<std::string>> unlinked_;
    std::vector<std::string> expected_;
    std::uint64_t next_ = 1;
};

std::vector<std::string> names_of(std::vector<std::string> const& lines) {
    auto names = std::vector<std::string>{};
    for (auto const& line : lines) {
        if (line.starts_with("L")) {
            names.push_back(line.substr(0, line.find(' ') + 1));
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

class LogFollowingWalk : public LogFollowing, public testing::WithParamInterface<unsigned> {};

TEST_P(LogFollowingWalk, RandomOperationsLoseAndRepeatNoLine) {
    auto walk = RandomWalk(folder.path(), GetParam());
    auto random = std::mt19937(GetParam() + 1000);
    for (int step = 0; step < 1500; ++step) {
        walk.step();
        if (random() % 3 == 0) {
            poll();
            walk.polled();
        }
    }
    walk.finish_lines();
    for (int last = 0; last < 3; ++last) {
        poll();
        walk.polled();
    }
    auto expected = walk.expected();
    std::sort(expected.begin(), expected.end());
    auto const got = names_of(lines.all);
    ASSERT_GT(expected.size(), 3000u);
    auto missing = Texts{};
    auto surplus = Texts{};
    std::set_difference(
        expected.begin(), expected.end(), got.begin(), got.end(), std::back_inserter(missing));
    std::set_difference(
        got.begin(), got.end(), expected.begin(), expected.end(), std::back_inserter(surplus));
    EXPECT_EQ(missing, Texts{});
    EXPECT_EQ(surplus, Texts{});
}

INSTANTIATE_TEST_SUITE_P(Seeds, LogFollowingWalk, testing::Range(1u, 7u));

} // namespace
