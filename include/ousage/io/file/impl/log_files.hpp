#pragma once

#include <ousage/io/file/detail/compression.hpp>
#include <ousage/io/file/log_files.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
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

// Removes the suffix of a compression format from a name. Returns false if it has none.
inline bool remove_compression(std::string& name) {
    auto const* const format = compression_of_name(name);
    name.resize(name.size() - (format == nullptr ? 0 : format->suffix.size()));
    return format != nullptr;
}

// Returns the number in what a rotation program appended to the name of a log: `.1`, `-20261120`,
// `.20261120-160405`. Of a date and time it is the number of all digits. Returns nothing for any
// other text.
inline std::optional<std::uint64_t> rotation_number(std::string_view suffix) {
    constexpr std::size_t longest = 15; // digits
    if (suffix.empty() || (suffix.front() != '.' && suffix.front() != '-')) {
        return std::nullopt;
    }
    auto digits = std::string(suffix.substr(1));
    auto const is_valid =
        is_number(digits.substr(0, 1)) && is_number(digits.substr(digits.size() - 1));
    std::erase_if(digits, [](char character) { return character == '-' || character == '.'; });
    if (!is_valid || !is_number(digits) || digits.size() > longest) {
        return std::nullopt;
    }
    // A date without a time is as long as one with a time, so that both are comparable.
    auto const number = std::strtoull(digits.c_str(), nullptr, 10);
    return digits.size() == 8 && number >= 19'700'101 ? number * 1'000'000 : number;
}

// Fills `file` from `name` if it is `base` or a rotated sibling of it.
inline bool is_sibling(std::string name, std::string const& base, LogFile& file) {
    if (name == base) {
        file.compressed = compression_of_name(name) != nullptr;
        file.live = !file.compressed; // no writer appends to a compressed file
        return true;
    }
    file.live = false;
    file.compressed = remove_compression(name);
    auto number = std::optional<std::uint64_t>{};
    auto const dot = base.rfind('.');
    auto const stem = base.substr(0, dot);
    auto const extension = dot == base.npos ? std::string() : base.substr(dot);
    if (name == base) {
        number = 1; // a compressed copy of the log itself
    } else if (name.starts_with(base)) {
        number = rotation_number(std::string_view(name).substr(base.size()));
    } else if (
        !extension.empty() && name.starts_with(stem + "-") && name.ends_with(extension) &&
        name.size() > stem.size() + extension.size()) {
        number =
            rotation_number(std::string_view(name).substr(stem.size(), name.size() - base.size()));
    }
    // The newest rotated log of newsyslog has the number 0.
    file.age = number ? age_of_number(*number) + 1 : 0;
    return number.has_value();
}

// Lists the files of a directory that `accept(name, file)` accepts, oldest first.
template <class Accept>
Result<std::vector<LogFile>>
list_files(std::filesystem::path const& directory, Accept const& accept) {
    auto found = std::vector<LogFile>{};
    std::error_code error;
    auto const end = std::filesystem::directory_iterator{};
    for (auto entry = std::filesystem::directory_iterator(directory, error); !error && entry != end;
         entry.increment(error)) {
        auto file = LogFile{entry->path()};
        if (accept(entry->path().filename().string(), file)) {
            found.push_back(std::move(file));
        }
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        return Failure{{}, error, "cannot list " + directory.string() + ": " + error.message()};
    }
    std::sort(found.begin(), found.end(), [](LogFile const& left, LogFile const& right) {
        return std::tie(right.age, left.compressed, right.path) <
               std::tie(left.age, right.compressed, left.path);
    });
    return found;
}

} // namespace detail

OUSAGE_DECL bool is_server_log(std::string name, LogFile& file) {
    file.compressed = detail::remove_compression(name);
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
    return detail::list_files(directory, is_server_log);
}

OUSAGE_DECL Result<std::vector<LogFile>> list_log_files(std::filesystem::path const& path) {
    auto const directory = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    auto const base = path.filename().string();
    return detail::list_files(directory, [&base](std::string name, LogFile& file) {
        return detail::is_sibling(std::move(name), base, file);
    });
}

} // namespace OUSAGE_NAMESPACE::io
