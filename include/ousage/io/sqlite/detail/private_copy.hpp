#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/file/read_file.hpp>
#include <ousage/io/sqlite/database_files.hpp>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE::io::detail {

// A copy of a database and its -wal or -journal, in a directory that only this user can access. The
// destructor deletes it.
class PrivateCopy {
public:
    static Result<PrivateCopy> of(DatabaseFiles const& files, std::stop_token const& stop) {
        std::error_code error;
        auto pattern = (std::filesystem::temp_directory_path(error) / "ousage-XXXXXX").string();
        if (error || ::mkdtemp(pattern.data()) == nullptr) {
            return {Errc::file, "cannot create a temporary directory for a copy"};
        }
        auto copy = PrivateCopy(pattern);
        for (auto const* const suffix : {"", "-wal", "-journal"}) {
            auto from = files.path;
            from += suffix;
            auto to = copy.path();
            to += suffix;
            auto const failure =
                read_stamp(from).exists ? copy_file(from, to, stop) : std::optional<Failure>();
            if (failure) {
                return *failure;
            }
        }
        return copy;
    }

    PrivateCopy(PrivateCopy&& other) noexcept : directory_(std::exchange(other.directory_, {})) {}

    PrivateCopy& operator=(PrivateCopy&&) = delete;

    ~PrivateCopy() {
        if (!directory_.empty()) {
            std::error_code ignored;
            std::filesystem::remove_all(directory_, ignored);
        }
    }

    std::filesystem::path path() const { return directory_ / "db.sqlite"; }

private:
    explicit PrivateCopy(std::filesystem::path directory) : directory_(std::move(directory)) {}

    static std::optional<Failure> copy_file(
        std::filesystem::path const& from, std::filesystem::path const& to,
        std::stop_token const& stop) {
        auto* const file = std::fopen(to.c_str(), "wbx");
        if (file == nullptr) {
            return Failure{{}, make_error_code(Errc::file), "cannot create a copy"};
        }
        bool written = true;
        auto failure = read_file(from, stop, [&](std::string_view bytes) {
            written = written && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
        });
        written = std::fclose(file) == 0 && written;
        if (!failure && !written) {
            failure = Failure{{}, make_error_code(Errc::file), "cannot write a copy"};
        }
        if (!failure && stop.stop_requested()) {
            failure = Failure{{}, make_error_code(Errc::cancelled), {}};
        }
        return failure;
    }

    std::filesystem::path directory_;
};

} // namespace OUSAGE_NAMESPACE::io::detail
