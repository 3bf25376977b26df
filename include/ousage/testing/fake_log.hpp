#pragma once

#include <ousage/config.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

// A namespace of its own for tests, without the options of the library.
namespace ousage::test {

/// A request as Ollama logs it.
struct FakeRequest {
    std::chrono::sys_seconds time{};                 ///< the time of the access line
    std::string path = "/api/chat";                  ///< with the query, if any
    std::string method = "POST";                     ///< in capital letters
    int status = 200;                                ///< the HTTP status
    std::chrono::nanoseconds latency{1'000'000'000}; ///< 0 or more
    std::string client = "127.0.0.1";                ///< the address of the client
    std::vector<std::string> errors{};               ///< the texts of the `Error #NN` lines
};

namespace detail {

// A duration as Go prints it, without a trailing zero in the fraction.
inline std::string go_duration(std::chrono::nanoseconds time) {
    auto const fraction = [](std::uint64_t count, std::uint64_t unit, int digits) {
        auto text = std::to_string(count / unit);
        if (count % unit != 0) {
            auto rest = std::to_string(count % unit);
            rest.insert(0, static_cast<std::size_t>(digits) - rest.size(), '0');
            rest.resize(rest.find_last_not_of('0') + 1);
            text += "." + rest;
        }
        return text;
    };
    auto const count = static_cast<std::uint64_t>(time.count());
    if (count == 0) {
        return "0s";
    }
    if (count < 1'000) {
        return std::to_string(count) + "ns";
    }
    if (count < 1'000'000) {
        return fraction(count, 1'000, 3) + "µs";
    }
    if (count < 1'000'000'000) {
        return fraction(count, 1'000'000, 6) + "ms";
    }
    constexpr std::uint64_t minute = 60'000'000'000;
    auto text = fraction(count % minute, 1'000'000'000, 9) + "s";
    if (count >= minute) {
        text.insert(0, std::to_string(count / minute % 60) + "m");
    }
    if (count >= 60 * minute) {
        text.insert(0, std::to_string(count / (60 * minute)) + "h");
    }
    return text;
}

} // namespace detail

/// Writes the log of a fake Ollama server: `server.log` in a directory. Each line is on disk when
/// the function that writes it returns. Use it on one thread.
class FakeLog {
public:
    /// Appends to the log in `directory`, which exists, in the local time of `utc_offset`, which
    /// has whole minutes.
    explicit FakeLog(std::filesystem::path directory, std::chrono::minutes utc_offset = {})
        : directory_(std::move(directory)), offset_(utc_offset) {}

    FakeLog(FakeLog const&) = delete;
    FakeLog& operator=(FakeLog const&) = delete;
    ~FakeLog() = default;

    /// Returns the path of the live log.
    std::filesystem::path path() const { return directory_ / "server.log"; }

    /// Appends the line of a server that starts. It contains the UTC offset, which access lines do
    /// not, so write it before them.
    FakeLog& start(std::chrono::sys_seconds time) {
        auto const minutes = std::abs(offset_.count());
        auto zone = std::array<char, 32>{};
        std::snprintf(
            zone.data(), zone.size(), ".000%c%02d:%02d", offset_.count() < 0 ? '-' : '+',
            static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
        return write(
            "time=" + local("%04d-%02u-%02uT%02d:%02d:%02d", time) + zone.data() +
            " level=INFO source=routes.go:1866 msg=\"Listening on 127.0.0.1:11434 (version "
            "0.24.0)\"\n");
    }

    /// Appends an access line, and its error lines.
    FakeLog& add(FakeRequest const& request) {
        auto latency = detail::go_duration(request.latency);
        auto const width = latency.size() - (latency.ends_with("µs") ? 1 : 0); // in characters
        latency.insert(0, width < 13 ? 13 - width : 0, ' ');
        auto columns = std::array<char, 512>{};
        std::snprintf(
            columns.data(), columns.size(), " | %3d | %s | %15s | %-8s ", request.status,
            latency.c_str(), request.client.c_str(), request.method.c_str());
        auto text = "[GIN] " + local("%04d/%02u/%02u - %02d:%02d:%02d", request.time) +
                    columns.data() + '"' + request.path + "\"\n";
        for (std::size_t index = 0; index < request.errors.size(); ++index) {
            std::snprintf(columns.data(), columns.size(), "Error #%02zu: ", index + 1);
            text += columns.data() + request.errors[index] + "\n";
        }
        return write(text);
    }

    /// Appends bytes as they are.
    FakeLog& write(std::string_view bytes) {
        auto file = std::ofstream(path(), std::ios::binary | std::ios::app);
        file << bytes;
        return *this;
    }

    /// Rotates as Ollama does: `server.log` becomes `server-1.log`, and `server-1.log` becomes
    /// `server-2.log`. Older logs than `server-5.log` are removed. The next line begins a new log.
    FakeLog& rotate() {
        auto const name = [this](int number) {
            return number == 0 ? path()
                               : directory_ / ("server-" + std::to_string(number) + ".log");
        };
        auto ignored = std::error_code();
        for (int number = 4; number >= 0; --number) {
            std::filesystem::rename(name(number), name(number + 1), ignored);
        }
        return *this;
    }

private:
    std::string local(char const* format, std::chrono::sys_seconds time) const {
        auto const shifted = time + offset_;
        auto const day = std::chrono::floor<std::chrono::days>(shifted);
        auto const date = std::chrono::year_month_day(day);
        auto const clock = std::chrono::hh_mm_ss(shifted - day);
        auto text = std::array<char, 64>{};
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        std::snprintf(
            text.data(), text.size(), format, static_cast<int>(date.year()),
            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
            static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count()));
#pragma GCC diagnostic pop
        return text.data();
    }

    std::filesystem::path directory_;
    std::chrono::minutes offset_;
};

} // namespace ousage::test
