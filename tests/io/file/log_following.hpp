#pragma once

#include "support/process.hpp"
#include <ousage/io/file/log_follower.hpp>

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::test {

/// Splits the output of the follower into lines.
struct Lines : io::LogVisitor {
    std::vector<std::string> all;
    std::map<std::uint64_t, std::string> held;
    int ended = 0, removed_logs = 0;
    int postponed = 0; // the next logs are read at a later poll

    std::optional<std::uint64_t>
    begin(std::uint64_t number, io::LogFile const&, io::LogBytes&) override {
        if (postponed > 0) {
            --postponed;
            return std::nullopt;
        }
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

inline std::string gzip(std::string const& text) {
    auto stream = z_stream{};
    ::deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    auto size = static_cast<uLong>(text.size());
    auto compressed = std::string(::deflateBound(&stream, size), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(size);
    stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
    stream.avail_out = static_cast<uInt>(compressed.size());
    ::deflate(&stream, Z_FINISH);
    compressed.resize(compressed.size() - stream.avail_out);
    ::deflateEnd(&stream);
    return compressed;
}

/// A directory of logs, followed.
class LogFollowing : public testing::Test {
protected:
    std::filesystem::path at(std::string const& name) const { return directory.path() / name; }

    void append(std::string const& name, std::string const& text) const {
        std::ofstream(at(name), std::ios::binary | std::ios::app) << text;
    }

    void compress(std::string const& from, std::string const& to) const {
        directory.write(to, gzip(read_file(at(from))));
    }

    // Polls once and expects no failure.
    void poll() {
        auto const files = io::list_server_logs(directory.path());
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

    TemporaryDirectory directory;
    io::LogFollower follower;
    Lines lines;
};

} // namespace ousage::test
