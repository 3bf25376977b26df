#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/file/descriptor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// A log file in a directory, classified by its name.
struct LogFile {
    std::filesystem::path path; ///< path of the file
    bool live = true;           ///< the name has no number, so a writer may append to it
    bool compressed = false;    ///< gzip
    std::uint64_t age = 0;      ///< sort key: greater is older; 0 for a live log
};

namespace detail {

inline bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char letter) {
        return letter >= '0' && letter <= '9';
    });
}

// Returns the age of a numbered log. `server-3.log` is older than `server-1.log`, but with dates
// (logrotate `dateext`, `server.log-20261120`) the greater number is newer.
inline std::uint64_t age_of_number(std::uint64_t number) {
    return number >= 19'700'101 ? 1'000'000'000'000'000 - number : number;
}

} // namespace detail

/// Returns true if `name` is the name of a server log, and fills `file` from it. Accepts
/// `server*.log`, the logrotate names `server*.log.N` and `server*.log-DATE`, and each of them with
/// `.gz` appended. Ollama rotates its own logs (app/logrotate): `server-1.log` is the newest
/// rotated log; before 0.9 it was `server1.log`.
inline bool is_server_log(std::string name, LogFile& file) {
    file.compressed = name.ends_with(".gz");
    name.resize(name.size() - (file.compressed ? 3 : 0));
    auto const end = name.rfind(".log");
    if (!name.starts_with("server") || end == name.npos) {
        return false;
    }
    auto number = name.substr(end + 4);
    if (!number.empty() && (number.front() == '.' || number.front() == '-')) {
        number.erase(0, 1);
        if (!detail::is_number(number)) {
            return false;
        }
    } else if (!number.empty()) {
        return false;
    } else {
        auto const digit = name.find_first_of("0123456789");
        number = digit == name.npos ? "" : name.substr(digit, end - digit);
    }
    file.age = detail::age_of_number(std::strtoull(number.c_str(), nullptr, 10));
    file.live = file.age == 0 && !file.compressed;
    return true;
}

/// Lists the server logs in a directory, oldest first, and `X` before `X.gz`, which was compressed
/// from it and may be incomplete. Empty if there are none or if the directory
/// does not exist.
inline Result<std::vector<LogFile>> list_server_logs(std::filesystem::path const& folder) {
    auto found = std::vector<LogFile>{};
    std::error_code error;
    auto const end = std::filesystem::directory_iterator{};
    for (auto entry = std::filesystem::directory_iterator(folder, error); !error && entry != end;
         entry.increment(error)) {
        auto file = LogFile{entry->path()};
        if (is_server_log(entry->path().filename().string(), file)) {
            found.push_back(std::move(file));
        }
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        return {Errc::file, "cannot list " + folder.string() + ": " + error.message()};
    }
    std::sort(found.begin(), found.end(), [](LogFile const& left, LogFile const& right) {
        return std::tie(right.age, left.compressed, right.path) <
               std::tie(left.age, right.compressed, left.path);
    });
    return found;
}

} // namespace OUSAGE_NAMESPACE::io
