#pragma once

#include <ousage/io/file/read_file.hpp>
#include <ousage/io/file/small_file.hpp>

#include <stop_token>
#include <string_view>
#include <system_error>

namespace OUSAGE_NAMESPACE::io {

OUSAGE_DECL Result<std::string>
read_small_file(std::filesystem::path const& path, std::size_t limit) {
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
