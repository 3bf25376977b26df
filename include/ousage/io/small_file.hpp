#pragma once

#include <ousage/core/result.hpp>
#include <ousage/io/log_bytes.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>

namespace ousage::io {

/// The whole of a file of at most `limit` bytes. A missing file is the failure
/// `no_such_file_or_directory`, every other one is of code `Errc::file` or `Errc::limit`.
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
    auto opened = LogBytes::open(LogFile{path});
    if (!opened) {
        return opened.failure();
    }
    if (!*opened) {
        return {Errc::file, "cannot read " + path.string() + ": not a regular file"};
    }
    constexpr std::size_t step = 64 * 1024;
    auto text = std::string{};
    for (std::size_t count = step; count == step && text.size() <= limit;) {
        auto const start = text.size();
        text.resize(start + step);
        auto const read = (*opened)->read_at(start, text.data() + start, step);
        if (!read) {
            return read.failure();
        }
        count = *read;
        text.resize(start + count);
    }
    if (text.size() > limit) {
        return {Errc::limit, path.string() + " is larger than " + std::to_string(limit) + " bytes"};
    }
    return text;
}

} // namespace ousage::io
