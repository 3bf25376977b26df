// A generated log of a busy server. The seed is fixed: the bytes are the same on every machine.
#pragma once

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

namespace ousage::test {

// Generates `entries` access lines, spread evenly over the `days` that end at `end`, and a slog
// line after every tenth of them, in UTC.
class LogCorpus {
public:
    LogCorpus(std::uint64_t entries, std::chrono::days days, std::chrono::sys_seconds end)
        : entries_(entries), span_(days), start_(end - days) {}

    // Appends more lines. Returns false when all are written.
    bool append(std::string& into) {
        auto const stop = std::min(written_ + 1000, entries_);
        for (; written_ < stop; ++written_) {
            auto const elapsed = std::chrono::duration<double>(span_).count() *
                                 static_cast<double>(written_) / static_cast<double>(entries_);
            auto const time = start_ + std::chrono::seconds(static_cast<std::int64_t>(elapsed) + 1);
            append_access(into, time);
            if (written_ % 10 == 9) {
                append_slog(into, time);
            }
        }
        return written_ < entries_;
    }

private:
    struct Path {
        std::string_view method, path;
        unsigned weight;
    };

    static constexpr std::array<Path, 10> paths{{
        {"POST", "/api/chat", 40},
        {"POST", "/api/generate", 15},
        {"POST", "/api/embed", 10},
        {"POST", "/v1/chat/completions", 10},
        {"GET", "/api/tags", 8},
        {"GET", "/api/ps", 6},
        {"GET", "/api/version", 4},
        {"POST", "/api/show", 3},
        {"HEAD", "/", 3},
        {"GET", "/v1/models", 1},
    }};

    void append_access(std::string& into, std::chrono::sys_seconds time) {
        auto pick = random_() % 100;
        auto const* path = paths.data();
        while (pick >= path->weight) {
            pick -= path->weight;
            ++path;
        }
        auto const chance = random_() % 100;
        auto const status = chance < 95 ? 200 : chance < 97 ? 404 : chance < 98 ? 400 : 500;
        // From microseconds for the cheap paths to minutes for POST requests.
        auto const is_post = path->method == "POST";
        auto const exponent = is_post ? 6 + static_cast<double>(random_() % 5000) / 1000
                                      : 4 + static_cast<double>(random_() % 2500) / 1000;
        auto const client = random_() % 100 < 60 ? std::string("127.0.0.1")
                                                 : fmt::format("192.168.1.{}", random_() % 40 + 2);
        fmt::format_to(
            std::back_inserter(into),
            "[GIN] {:%Y/%m/%d - %H:%M:%S} | {} | {} | {:>15} | {:<7}  \"{}\"\n",
            fmt::gmtime(std::chrono::system_clock::to_time_t(time)), status,
            latency(static_cast<std::int64_t>(std::pow(10.0, exponent))), client, path->method,
            path->path);
    }

    // Formatted as Go does, 13 characters wide. The micro sign has two bytes.
    static std::string latency(std::int64_t nanoseconds) {
        if (nanoseconds > 60'000'000'000) {
            auto const seconds = nanoseconds / 1'000'000'000;
            return fmt::format("{:>13}", fmt::format("{}m{}s", seconds / 60, seconds % 60));
        }
        auto const unit = nanoseconds < 1'000'000       ? 1'000
                          : nanoseconds < 1'000'000'000 ? 1'000'000
                                                        : 1'000'000'000;
        auto text = fmt::format("{:.9f}", static_cast<double>(nanoseconds) / unit);
        auto const digits = unit == 1'000 ? 3u : unit == 1'000'000 ? 6u : 9u;
        text.resize(text.find('.') + 1 + digits);
        text.resize(text.find_last_not_of('0') + 1);
        text.resize(text.ends_with('.') ? text.size() - 1 : text.size());
        return unit == 1'000 ? fmt::format("{:>11}\xC2\xB5s", text)
                             : fmt::format("{:>13}", text + (unit == 1'000'000 ? "ms" : "s"));
    }

    void append_slog(std::string& into, std::chrono::sys_seconds time) {
        fmt::format_to(
            std::back_inserter(into),
            "time={:%Y-%m-%dT%H:%M:%S}.{:03}Z level=INFO source=sched.go:{} msg=\"loaded runners\" "
            "count={}\n",
            fmt::gmtime(std::chrono::system_clock::to_time_t(time)), random_() % 1000,
            random_() % 900 + 100, random_() % 4);
    }

    std::uint64_t entries_;
    std::chrono::seconds span_;
    std::chrono::sys_seconds start_;
    std::uint64_t written_ = 0;
    std::mt19937_64 random_{20261121};
};

} // namespace ousage::test
