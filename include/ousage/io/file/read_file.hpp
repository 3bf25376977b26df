#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/io/file/descriptor.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// Passes the content of a regular file to `sink(std::string_view)` in blocks of up to 64 KiB,
/// until the end of the file or until `stop` is requested. Returns a failure with code `Errc::file`
/// on error.
template <class Sink>
std::optional<Failure>
read_file(std::filesystem::path const& path, std::stop_token const& stop, Sink&& sink) {
    auto const file = detail::Descriptor(path);
    auto const status = file.status();
    if (!status) {
        return file_failure(path, errno);
    }
    if (!S_ISREG(status->st_mode)) {
        return file_failure(path, S_ISDIR(status->st_mode) ? EISDIR : EINVAL);
    }
    auto buffer = std::vector<char>(64 * 1024);
    std::uint64_t offset = 0;
    while (!stop.stop_requested()) {
        auto const count = file.read_at(offset, buffer.data(), buffer.size());
        if (count < 0) {
            return file_failure(path, errno);
        }
        if (count == 0) {
            break;
        }
        offset += static_cast<std::uint64_t>(count);
        sink(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    }
    return std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::io
