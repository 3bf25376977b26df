#pragma once

#include <ousage/io/file/log_files.hpp>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

inline bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char digit) {
        return digit >= '0' && digit <= '9';
    });
}

// Returns the age of a numbered log. `server-3.log` is older than `server-1.log`, but with dates
// (logrotate `dateext`, `server.log-20261120`) the greater number is newer.
inline std::uint64_t age_of_number(std::uint64_t number) {
    return number >= 19'700'101 ? 1'000'000'000'000'000 - number : number;
}

} // namespace detail

OUSAGE_DECL bool is_server_log(std::string name, LogFile& file) {
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

OUSAGE_DECL Result<std::vector<LogFile>> list_server_logs(std::filesystem::path const& directory) {
    auto found = std::vector<LogFile>{};
    std::error_code error;
    auto const end = std::filesystem::directory_iterator{};
    for (auto entry = std::filesystem::directory_iterator(directory, error); !error && entry != end;
         entry.increment(error)) {
        auto file = LogFile{entry->path()};
        if (is_server_log(entry->path().filename().string(), file)) {
            found.push_back(std::move(file));
        }
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        return {Errc::file, "cannot list " + directory.string() + ": " + error.message()};
    }
    std::sort(found.begin(), found.end(), [](LogFile const& left, LogFile const& right) {
        return std::tie(right.age, left.compressed, right.path) <
               std::tie(left.age, right.compressed, left.path);
    });
    return found;
}

} // namespace OUSAGE_NAMESPACE::io
