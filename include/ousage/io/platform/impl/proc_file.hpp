#pragma once

#include <ousage/io/platform/proc_file.hpp>

#if defined(__unix__) || defined(__APPLE__)
#    include <fcntl.h>
#    include <unistd.h>
#else
#    include <fstream>
#endif

#include <algorithm>
#include <cerrno>
#include <string>

namespace OUSAGE_NAMESPACE::io {

#if defined(__unix__) || defined(__APPLE__)

OUSAGE_DECL std::optional<std::string>
read_proc_file(std::filesystem::path const& path, std::size_t limit) {
    // Not blocking: a FIFO in the place of the file has no effect.
    auto const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        return std::nullopt;
    }
    auto text = std::string(std::min(limit, std::size_t{4096}), '\0');
    auto size = std::size_t{0};
    auto failed = false;
    while (size < limit) {
        if (size == text.size()) {
            text.resize(std::min(limit, text.size() * 2));
        }
        auto const count = ::read(file, text.data() + size, text.size() - size);
        if (count > 0) {
            size += static_cast<std::size_t>(count);
        } else if (count == 0 || errno != EINTR) {
            failed = count < 0;
            break;
        }
    }
    ::close(file);
    if (failed) {
        return std::nullopt;
    }
    text.resize(size);
    return text;
}

#else

OUSAGE_DECL std::optional<std::string>
read_proc_file(std::filesystem::path const& path, std::size_t limit) {
    auto file = std::ifstream(path, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    auto text = std::string(limit, '\0');
    file.read(text.data(), static_cast<std::streamsize>(limit));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

#endif

} // namespace OUSAGE_NAMESPACE::io
