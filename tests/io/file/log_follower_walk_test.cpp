// Random operations on logs, compared with a model of what a reader can see.
#include "io/file/log_following.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

// Models the lines in each file of a directory. A line can be read if a poll sees a file that
// contains it: a listed file, or a deleted file that an earlier poll has opened.
class RandomWalk {
public:
    RandomWalk(fs::path directory, unsigned seed)
        : directory_(std::move(directory)), random_(seed) {}

    // One operation of a writer or of a log rotation program.
    void step() {
        switch (random_() % 32) {
        case 0: rename_chain(); break;
        case 1: copy_and_truncate(); break;
        case 2: truncate(); break;
        case 3: replace(); break;
        case 4: compress("server.log.2"); break;
        case 5: forget("server.log"); break;
        case 6: append("server-1.log"); break;
        case 7: hide(); break;
        case 8: reappear(); break;
        case 9: copy("server.log", "server.log.1"); break;
        case 10: begin_compression("server-2.log"); break;
        case 11: finish_compression("server-2.log"); break;
        case 12: begin_copy(); break;
        case 13: finish_copy(); break;
        case 14: copy("server.log", "server-old.log"); break;
        case 15: append("server-old.log"); break;
        case 16: rename("server-old.log", "server-1.log"); break;
        case 17: restore(); break;
        case 18: overwrite_copy(); break;
        default: append("server.log"); break;
        }
    }

    // A poll has read all files.
    void polled() {
        for (auto& [name, file] : files_) {
            readable_.insert(file.lines.begin(), file.lines.end());
            file.is_open = true;
        }
        readable_.insert(deleted_.begin(), deleted_.end());
        deleted_.clear();
    }

    void finish_lines() {
        finish_copy();
        for (auto& [name, file] : hidden_) {
            perhaps_.insert(file.lines.begin(), file.lines.end());
        }
        for (auto& [name, file] : files_) {
            if (file.is_partial) {
                write(name, "\n");
                file.is_partial = false;
            }
        }
    }

    std::set<std::string> const& readable() const { return readable_; }

    std::set<std::string> const& perhaps() const { return perhaps_; }

private:
    struct File {
        Texts lines;
        bool is_open = false;
        bool is_partial = false; // its last line has no newline
    };

    fs::path at(std::string const& name) const { return directory_ / name; }

    bool has(std::string const& name) const { return files_.contains(name); }

    void write(std::string const& name, std::string const& text) const {
        std::ofstream(at(name), std::ios::binary | std::ios::app) << text;
    }

    void append(std::string const& name) {
        if (name != "server.log" && !has(name)) {
            return;
        }
        auto& file = files_[name];
        if (!fs::exists(at(name)) && random_() % 2 == 0) {
            write(name, "L all logs begin with the same line\n");
        }
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
            file.lines.push_back(line);
        }
    }

    // A reader that has the file open can still read it to its end.
    void forget(std::string const& name) {
        if (is_copying_ && name.starts_with("server.log") && name != "server.log.2") {
            return;
        }
        if (auto found = files_.extract(name); !found.empty()) {
            auto& file = found.mapped();
            if (file.is_open) {
                deleted_.insert(file.lines.begin(), file.lines.end());
            }
        }
        fs::remove(at(name));
    }

    void rename(std::string const& from, std::string const& to) {
        if (has(from)) {
            forget(to);
            auto found = files_.extract(from);
            found.key() = to;
            files_.insert(std::move(found));
            fs::rename(at(from), at(to));
        }
    }

    void rename_chain() {
        if (!is_copying_) {
            finish_compression("server-2.log");
            rename("server-2.log.gz", "server-3.log.gz");
            rename("server-2.log", "server-3.log");
            rename("server-1.log", "server-2.log");
            rename("server.log", "server-1.log");
        }
    }

    void copy(std::string const& from, std::string const& to, bool to_end = false) {
        // A copy of less than a kilobyte with the name of a live log is a log of its own.
        if (has(from) && !has(to) && !is_copying_ && (files_[from].is_open || to_end) &&
            (to != "server-old.log" || fs::file_size(at(from)) >= 1024)) {
            fs::copy_file(at(from), at(to));
            files_[to] = {files_[from].lines, false, files_[from].is_partial};
        }
    }

    void make_room_for_copy() {
        forget("server.log.3.gz");
        rename("server.log.2.gz", "server.log.3.gz");
        forget("server.log.2");
        rename("server.log.1", "server.log.2");
    }

    void copy_and_truncate() {
        if (has("server.log") && !is_copying_) {
            make_room_for_copy();
            copy("server.log", "server.log.1", true);
            truncate();
        }
    }

    // `cp server.log server.log.1; : > server.log`: the copy keeps its file.
    void overwrite_copy() {
        if (has("server.log") && has("server.log.1") && !is_copying_ && !has("server.log.1.gz")) {
            fs::copy_file(
                at("server.log"), at("server.log.1"), fs::copy_options::overwrite_existing);
            auto const& file = files_["server.log"];
            files_["server.log.1"] = {file.lines, files_["server.log.1"].is_open, file.is_partial};
            truncate();
        }
    }

    void begin_copy() {
        if (has("server.log") && files_["server.log"].is_open && !is_copying_) {
            make_room_for_copy();
            auto const text = read_file(at("server.log"));
            copied_ = random_() % (text.size() + 1);
            write("server.log.1", text.substr(0, copied_));
            files_["server.log.1"] = {};
            is_copying_ = true;
        }
    }

    void finish_copy() {
        if (is_copying_) {
            write("server.log.1", read_file(at("server.log")).substr(copied_));
            files_["server.log.1"].lines = files_["server.log"].lines;
            files_["server.log.1"].is_partial = files_["server.log"].is_partial;
            is_copying_ = false;
            truncate();
        }
    }

    // Lines that no poll has seen are lost.
    void truncate() {
        if (has("server.log") && !is_copying_) {
            fs::resize_file(at("server.log"), 0);
            files_["server.log"].lines.clear();
            files_["server.log"].is_partial = false;
        }
    }

    void replace() {
        forget("server.log");
        append("server.log");
    }

    void compress(std::string const& name) {
        begin_compression(name, 1);
        finish_compression(name);
    }

    void begin_compression(std::string const& name, std::size_t part = 2) {
        if (has(name) && !has(name + ".gz")) {
            auto const text = gzip(read_file(at(name)));
            write(name + ".gz", text.substr(0, text.size() / part));
            files_[name + ".gz"] = {};
        }
    }

    void finish_compression(std::string const& name) {
        if (has(name) && has(name + ".gz")) {
            auto const text = gzip(read_file(at(name)));
            write(name + ".gz", text.substr(fs::file_size(at(name + ".gz"))));
            files_[name + ".gz"].lines = files_[name].lines;
            forget(name);
        }
    }

    std::string any_file() {
        if (files_.empty()) {
            return {};
        }
        return std::next(files_.begin(), static_cast<long>(random_() % files_.size()))->first;
    }

    // Moves a file out of the directory.
    void hide() {
        auto const name = any_file();
        if (name.empty() || is_copying_ || !files_[name].is_open || hidden_.contains(name) ||
            has(name + ".gz") || (name.ends_with(".gz") && has(name.substr(0, name.size() - 3)))) {
            return;
        }
        hidden_.insert(files_.extract(name));
        fs::rename(at(name), at("hidden-" + name));
    }

    void reappear() {
        if (hidden_.empty() || is_copying_) {
            return;
        }
        auto const name = hidden_.begin()->first;
        if (!has(name) && !has(name + ".gz") && !has(name.substr(0, name.rfind(".gz")))) {
            files_.insert(hidden_.extract(name));
            fs::rename(at("hidden-" + name), at(name));
        }
    }

    // Replaces a file by a copy of itself.
    void restore() {
        auto const name = any_file();
        if (!name.empty() && !is_copying_ && fs::file_size(at(name)) >= 1024 &&
            !name.ends_with(".gz") && !has(name + ".gz")) {
            fs::copy_file(at(name), at("restored"));
            fs::rename(at("restored"), at(name));
            auto& file = files_[name];
            file.is_open = false;
        }
    }

    fs::path directory_;
    std::mt19937 random_;
    std::map<std::string, File> files_;
    std::map<std::string, File> hidden_;
    std::set<std::string> deleted_;
    std::set<std::string> readable_; // names of lines that some poll could read
    std::set<std::string> perhaps_;  // names of lines in files that were hidden at the end
    std::size_t copied_ = 0;
    bool is_copying_ = false; // server.log.1 is an incomplete copy of server.log
    std::uint64_t next_ = 1;
};

Texts names_of(Texts const& lines) {
    auto names = Texts{};
    for (auto const& line : lines) {
        auto const name = line.substr(0, line.find(' ') + 1);
        if (name != "L ") {
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

class LogFollowerWalk : public LogFollowing, public testing::WithParamInterface<unsigned> {};

TEST_P(LogFollowerWalk, RandomOperationsLoseAndRepeatNoLine) {
    auto walk = RandomWalk(directory.path(), GetParam());
    auto random = std::mt19937(GetParam() + 1000);
    poll();
    for (int step = 0; step < 1000; ++step) {
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
    auto const got = names_of(lines.all);
    ASSERT_GT(got.size(), 1500u);
    auto missing = Texts{};
    auto surplus = Texts{};
    auto repeated = Texts{};
    std::set_difference(
        walk.readable().begin(), walk.readable().end(), got.begin(), got.end(),
        std::back_inserter(missing));
    for (auto line = got.begin(); line != got.end(); ++line) {
        if (line != got.begin() && *line == *std::prev(line)) {
            repeated.push_back(*line);
        } else if (!walk.readable().contains(*line) && !walk.perhaps().contains(*line)) {
            surplus.push_back(*line);
        }
    }
    EXPECT_EQ(missing, Texts{}) << missing.size();
    EXPECT_EQ(surplus, Texts{}) << surplus.size();
    EXPECT_EQ(repeated, Texts{}) << repeated.size();
}

INSTANTIATE_TEST_SUITE_P(Seeds, LogFollowerWalk, testing::Range(1u, 7u));

} // namespace
