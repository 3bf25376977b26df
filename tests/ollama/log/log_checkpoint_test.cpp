#include "support/process.hpp"
#include <ousage/core/equal.hpp>
#include <ousage/ollama/log/detail/log_checkpoint.hpp>
#include <ousage/ollama/log/server_log_reader.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <system_error>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using namespace std::chrono;

// The recording ends at 10:47:07 +01:00.
constexpr auto recorded = sys_days(2026y / November / 25) + hours(9) + minutes(48);

// The entries of the recording.
constexpr std::size_t entries = 175;

std::string gin_line(sys_seconds time, int status = 200, int milliseconds = 1000) {
    return fmt::format(
        "[GIN] {:%Y/%m/%d - %H:%M:%S} | {} | {}ms |       127.0.0.1 | POST     \"/api/chat\"\n",
        fmt::gmtime(system_clock::to_time_t(time)), status, milliseconds);
}

std::string slog_line(std::string const& zone) {
    return "time=2026-11-25T09:00:00.000" + zone + " level=INFO source=a.go:1 msg=\"x\"\n";
}

void append(std::filesystem::path const& file, std::string const& text) {
    std::ofstream(file, std::ios::binary | std::ios::app) << text;
}

struct Read {
    Outcome<ServerLog> outcome;
    std::size_t entries = 0; // that were parsed
};

// A directory of logs, with a checkpoint elsewhere.
class Scene {
public:
    // Reads the logs as one run of a program does.
    Read read(std::filesystem::path const& checkpoint) const {
        auto result = Read{};
        auto observer = LogObserver{};
        observer.entry = [&result](AccessEntry const&) { ++result.entries; };
        auto const history = LogHistory{0, hours(26), checkpoint};
        auto reader = ServerLogReader(logs(), zone, history, observer);
        result.outcome = reader.poll(now, {});
        return result;
    }

    // Reads with the checkpoint, and without one for comparison. Returns how many entries the
    // former has parsed.
    std::size_t compare(std::string const& what) const {
        auto const with = read(checkpoint());
        auto const without = read({});
        EXPECT_EQ(with.outcome.state, without.outcome.state) << what;
        auto const& one = with.outcome.value;
        auto const& other = without.outcome.value;
        EXPECT_TRUE(equal(one.requests, other.requests)) << what;
        EXPECT_TRUE(equal(one.engine, other.engine)) << what;
        EXPECT_TRUE(equal(one.model_usage, other.model_usage)) << what;
        EXPECT_TRUE(equal(one.daily_series, other.daily_series)) << what;
        EXPECT_TRUE(equal(one.log, other.log)) << what;
        EXPECT_EQ(one.diagnostics, other.diagnostics) << what;
        EXPECT_TRUE(equal(one, other)) << what;
        return with.entries;
    }

    std::filesystem::path logs() const { return directory.path() / "logs"; }

    std::filesystem::path live() const { return logs() / "server.log"; }

    std::filesystem::path checkpoint() const { return directory.path() / "state/ousage/log"; }

    Scene() { std::filesystem::create_directories(logs()); }

    TemporaryDirectory directory;
    LogZone zone = {};
    sys_seconds now = recorded;
};

std::string const& recording() {
    static auto const text = read_file(OUSAGE_TEST_DATA "/ollama/v0.33.0-tokens/server.log");
    return text;
}

TEST(LogCheckpoint, NextRunReadsOnlyWhatWasAppended) {
    auto scene = Scene();
    append(scene.live(), recording());
    EXPECT_EQ(scene.compare("first"), entries);
    EXPECT_EQ(scene.compare("unchanged"), 0u);
    append(scene.live(), gin_line(scene.now, 500));
    EXPECT_EQ(scene.compare("appended"), 1u);
    scene.now += 1s;
    EXPECT_EQ(scene.compare("a second later"), 1u);
}

TEST(LogCheckpoint, IsReplacedAfterManyBytes) {
    auto scene = Scene();
    append(scene.live(), recording());
    scene.compare("first");
    for (int count = 0; count < 4; ++count) {
        append(scene.live(), recording());
        scene.compare("appended");
    }
    EXPECT_EQ(scene.compare("unchanged"), 0u);
}

TEST(LogCheckpoint, FileIsPrivateAndContainsNoTextOfTheLog) {
    auto scene = Scene();
    append(scene.live(), slog_line("+01:00") + "prompt planted-text\n" + gin_line(scene.now));
    scene.compare("first");
    using std::filesystem::perms;
    auto const status = std::filesystem::status(scene.checkpoint());
    EXPECT_EQ(status.permissions(), perms::owner_read | perms::owner_write);
    auto const text = read_file(scene.checkpoint());
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.find("planted"), text.npos);
    EXPECT_EQ(text.find("127.0.0.1"), text.npos);
}

TEST(LogCheckpoint, IsNeverASymbolicLink) {
    auto scene = Scene();
    append(scene.live(), recording());
    auto const victim = scene.directory.write("victim", "precious");
    std::filesystem::create_directories(scene.checkpoint().parent_path());
    std::filesystem::create_symlink(victim, scene.checkpoint());
    EXPECT_EQ(scene.compare("first"), entries);
    EXPECT_EQ(scene.compare("second"), entries);
    EXPECT_EQ(read_file(victim), "precious");
}

TEST(LogCheckpoint, OtherVersionIsIgnored) {
    auto scene = Scene();
    append(scene.live(), recording());
    scene.compare("first");
    // The members follow their size and their checksum. The version is the first one.
    auto text = read_file(scene.checkpoint());
    auto const version = text.find(OUSAGE_VERSION);
    ASSERT_NE(version, text.npos);
    text[version] = '9';
    std::uint64_t size = 0;
    std::memcpy(&size, text.data(), sizeof size);
    auto const sum = ollama::detail::checksum(std::string_view(text).substr(16, size));
    std::memcpy(text.data() + 8, &sum, sizeof sum);
    std::ofstream(scene.checkpoint(), std::ios::binary) << text;
    EXPECT_EQ(scene.compare("other version"), entries);
    EXPECT_EQ(scene.compare("own version"), 0u);
}

TEST(LogCheckpoint, OtherZoneOrDayIsIgnored) {
    auto scene = Scene();
    append(scene.live(), recording());
    scene.compare("first");
    scene.zone.calendar = Calendar::fixed(1h);
    EXPECT_EQ(scene.compare("other zone"), entries);
    EXPECT_EQ(scene.compare("same zone"), 0u);
    scene.zone.forced = Calendar::fixed(2h);
    EXPECT_EQ(scene.compare("forced zone"), entries);
    scene.now += 1h;
    EXPECT_EQ(scene.compare("same day"), 0u);
    scene.now += 14h;
    EXPECT_EQ(scene.compare("next day"), entries);
    EXPECT_EQ(scene.compare("same day"), 0u);
    scene.now -= 14h;
    EXPECT_EQ(scene.compare("clock set back"), entries);
}

// The first slog line determines the zone of the lines before it, which were read already.
TEST(LogCheckpoint, LaterZoneOfEarlierLinesIsUsed) {
    auto scene = Scene();
    append(scene.live(), gin_line(recorded - 30min));
    EXPECT_EQ(scene.compare("no zone"), 1u);
    append(scene.live(), gin_line(recorded - 20min));
    EXPECT_EQ(scene.compare("no zone yet"), 1u);
    append(scene.live(), slog_line("-07:00") + gin_line(recorded - 10min));
    EXPECT_EQ(scene.compare("zone"), 5u); // 2 with the checkpoint, 3 again
    EXPECT_EQ(scene.compare("unchanged"), 0u);
}

// Each request of an hour is read only if a window begins within the hour.
TEST(LogCheckpoint, WindowsMoveOverHoursOfManyRequests) {
    auto scene = Scene();
    scene.now = sys_days(2026y / November / 25) + hours(20);
    auto text = slog_line("+00:00");
    auto random = std::mt19937(1);
    for (auto hour = scene.now - hours(26); hour < scene.now; hour += hours(1)) {
        for (int index = 0; index < 4200; ++index) {
            auto const status = index % 9 == 0 ? 404 : index % 7 == 0 ? 500 : 200;
            text += gin_line(
                hour + seconds(index * 6 / 7), status, static_cast<int>(random() % 90'000));
        }
    }
    append(scene.live(), text);
    scene.zone.calendar = Calendar::fixed(5h + 30min, "+05:30");
    scene.compare("first");
    for (int step = 0; step < 5; ++step) {
        scene.now += 17min + 13s;
        append(scene.live(), gin_line(scene.now - seconds(step * 4000)));
        EXPECT_EQ(
            scene.compare("step " + std::to_string(step)), static_cast<std::size_t>(step + 1));
    }
    append(scene.live(), std::string(600'000, 'x') + "\n");
    scene.compare("many bytes");
    EXPECT_EQ(scene.compare("replaced"), 0u);
    scene.now += 31min;
    EXPECT_EQ(scene.compare("later"), 0u);
}

// Changes the logs, the clock or the checkpoint at random.
class Disturbance {
public:
    Disturbance(Scene& scene, unsigned seed) : scene_(scene), random_(seed) {}

    std::string step() {
        switch (random_() % 40) {
        case 0: return rotate();
        case 1: return truncate();
        case 2: return replace();
        case 3: return overwrite();
        case 4: return copy_and_truncate();
        case 5: return remove_rotated();
        case 6: return damage_checkpoint();
        case 7: return cut_checkpoint();
        case 8: scene_.now += seconds(random_() % 40'000); return "time passes";
        case 9: scene_.zone.calendar = Calendar::fixed(hours(random_() % 3)); return "other zone";
        case 10:
            append(scene_.live(), slog_line(random_() % 2 == 0 ? "+01:00" : "-03:30"));
            return "zone of lines";
        case 11: append(scene_.live(), "\n"); return "newline";
        default: break;
        }
        scene_.now += seconds(random_() % 100);
        append(scene_.live(), text());
        return "append";
    }

private:
    // A part of the recording, cut anywhere, or requests of the last thirty hours.
    std::string text() {
        if (random_() % 3 != 0) {
            auto const size = random_() % (random_() % 2 == 0 ? 100 : 30'000);
            auto const part = recording().substr(at_, size);
            at_ = part.size() < size ? 0 : at_ + size;
            return part;
        }
        auto lines = std::string();
        for (auto count = random_() % 20; count > 0; --count) {
            lines += gin_line(
                scene_.now - seconds(random_() % 108'000) + seconds(60),
                200 + 100 * static_cast<int>(random_() % 4));
        }
        return lines.substr(0, lines.size() - std::min<std::size_t>(lines.size(), random_() % 60));
    }

    std::filesystem::path rotated(int number) const {
        return scene_.logs() / ("server-" + std::to_string(number) + ".log");
    }

    void shift() {
        std::error_code ignored;
        std::filesystem::remove(rotated(3), ignored);
        std::filesystem::rename(rotated(2), rotated(3), ignored);
        std::filesystem::rename(rotated(1), rotated(2), ignored);
    }

    std::string rotate() {
        shift();
        std::error_code ignored;
        std::filesystem::rename(scene_.live(), rotated(1), ignored);
        append(scene_.live(), text());
        return "rotation";
    }

    std::string copy_and_truncate() {
        shift();
        std::error_code ignored;
        std::filesystem::copy_file(scene_.live(), rotated(1), ignored);
        std::filesystem::resize_file(scene_.live(), 0, ignored);
        append(scene_.live(), text());
        return "copy and truncation";
    }

    std::string truncate() {
        auto const size = read_file(scene_.live()).size();
        std::error_code ignored;
        std::filesystem::resize_file(scene_.live(), size == 0 ? 0 : random_() % size, ignored);
        return "truncation";
    }

    // Another file with the same name, with as many bytes or more.
    std::string replace() {
        auto const other = scene_.logs() / "new";
        auto content = text();
        content.resize(std::max(content.size(), read_file(scene_.live()).size()), '\n');
        append(other, content + text());
        std::filesystem::rename(other, scene_.live());
        return "replacement";
    }

    // The same file with other bytes, at least as many.
    std::string overwrite() {
        auto content = gin_line(scene_.now) + text();
        content.resize(std::max(content.size(), read_file(scene_.live()).size()), '\n');
        std::ofstream(scene_.live(), std::ios::binary) << content;
        return "overwriting";
    }

    std::string remove_rotated() {
        std::filesystem::remove(rotated(static_cast<int>(random_() % 3) + 1));
        return "removal";
    }

    std::string damage_checkpoint() {
        auto state = read_file(scene_.checkpoint());
        if (!state.empty()) {
            state[random_() % state.size()] ^= static_cast<char>(1 + random_() % 255);
            std::ofstream(scene_.checkpoint(), std::ios::binary) << state;
        }
        return "damage";
    }

    std::string cut_checkpoint() {
        auto const size = read_file(scene_.checkpoint()).size();
        std::error_code ignored;
        std::filesystem::resize_file(
            scene_.checkpoint(), size == 0 ? 0 : random_() % size, ignored);
        return "cut";
    }

    Scene& scene_;
    std::mt19937 random_;
    std::size_t at_ = 0; // of the recording
};

TEST(LogCheckpoint, EqualsAFullReadWhateverHappens) {
    std::size_t resumed = 0;
    for (unsigned seed = 1; seed <= 8; ++seed) {
        auto scene = Scene();
        append(scene.live(), "");
        auto disturbance = Disturbance(scene, seed);
        auto story = "seed " + std::to_string(seed);
        for (int step = 0; step < 100 && !HasFailure(); ++step) {
            story += ", " + disturbance.step();
            auto const before = std::filesystem::exists(scene.checkpoint())
                                    ? std::filesystem::last_write_time(scene.checkpoint())
                                    : std::filesystem::file_time_type{};
            scene.compare(story);
            auto const exists = std::filesystem::exists(scene.checkpoint());
            resumed +=
                exists && std::filesystem::last_write_time(scene.checkpoint()) == before ? 1u : 0u;
        }
    }
    // The checkpoint was used in most steps, else this test compares two full reads.
    EXPECT_GT(resumed, 8 * 30u);
}

} // namespace
