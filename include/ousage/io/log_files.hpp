#pragma once

#include <ousage/core/result.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::io {

namespace detail {

// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(std::filesystem::path const& path)
        // A FIFO without a writer would block the open for ever.
        : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}

    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;

    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    int number() const noexcept { return number_; }

private:
    int number_;
};

inline Failure file_failure(std::filesystem::path const& path, int error) {
    return Failure{
        {},
        make_error_code(Errc::file),
        "cannot read " + path.filename().string() + ": " + std::strerror(error)};
}

// The number in `server-3.log` or `server3.log`; 0 for `server.log`.
inline unsigned long rotation(std::filesystem::path const& path) {
    auto const name = path.stem().string();
    auto const digit = name.find_first_of("0123456789");
    return digit == name.npos ? 0 : std::strtoul(name.c_str() + digit, nullptr, 10);
}

} // namespace detail

/// The server's logs of a folder: every `server*.log`, oldest first by Ollama's numbering
/// (app/logrotate: `server-1.log` is the newest of the old ones). Empty where there is none.
inline Result<std::vector<std::filesystem::path>> list_server_logs(std::filesystem::path folder) {
    auto found = std::vector<std::filesystem::path>{};
    std::error_code error;
    auto const end = std::filesystem::directory_iterator{};
    for (auto entry = std::filesystem::directory_iterator(folder, error); !error && entry != end;
         entry.increment(error)) {
        auto const name = entry->path().filename().string();
        if (name.starts_with("server") && name.ends_with(".log")) {
            found.push_back(entry->path());
        }
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        return {Errc::file, "cannot list the logs: " + error.message()};
    }
    std::sort(found.begin(), found.end(), [](auto const& left, auto const& right) {
        auto const a = detail::rotation(left);
        auto const b = detail::rotation(right);
        return a != b ? a > b : left > right;
    });
    return found;
}

/// Reads a file from its start and gives its bytes to `sink(std::string_view)`, a mebibyte at a
/// time, until its end or until `stop`. A file that `seen` has already, under whatever name, and
/// what is no regular file are passed over. Returns what went wrong.
template <class Sink>
std::optional<Failure> read_log_file(
    std::filesystem::path const& path, std::set<std::pair<std::uint64_t, std::uint64_t>>& seen,
    std::stop_token const& stop, Sink&& sink) {
    auto const file = detail::Descriptor(path);
    struct stat status{};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
        return detail::file_failure(path, errno);
    }
    if (!S_ISREG(status.st_mode) || !seen.emplace(status.st_dev, status.st_ino).second) {
        return std::nullopt;
    }
    auto buffer = std::vector<char>(1024 * 1024);
    while (!stop.stop_requested()) {
        auto const count = ::read(file.number(), buffer.data(), buffer.size());
        if (count < 0 && errno != EINTR) {
            return detail::file_failure(path, errno);
        }
        if (count == 0) {
            break;
        }
        if (count > 0) {
            sink(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
        }
    }
    return std::nullopt;
}

} // namespace ousage::io
