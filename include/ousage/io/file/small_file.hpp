#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/file/read_file.hpp>

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>

namespace OUSAGE_NAMESPACE::io {

/// Reads a whole file of at most `limit` bytes. If the file does not exist, the failure is
/// `no_such_file_or_directory`; every other failure has code `Errc::file` or `Errc::limit`.
inline Result<std::string> read_small_file(std::filesystem::path const& path, std::size_t limit) {
    std::error_code error;
    auto const status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) {
        return Failure{
            {},
            std::make_error_code(std::errc::no_such_file_or_directory),
            "no file " + path.string()};
    }
    if (status.type() != std::filesystem::file_type::regular) {
        return {Errc::file, "cannot read " + path.string() + ": not a regular file"};
    }
    auto text = std::string{};
    auto stop = std::stop_source{};
    auto const failure = read_file(path, stop.get_token(), [&](std::string_view bytes) {
        text += bytes;
        if (text.size() > limit) {
            stop.request_stop();
        }
    });
    if (failure) {
        return *failure;
    }
    if (text.size() > limit) {
        return {Errc::limit, path.string() + " is larger than " + std::to_string(limit) + " bytes"};
    }
    return text;
}

} // namespace OUSAGE_NAMESPACE::io
