#pragma once

#include <ousage/config.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

namespace OUSAGE_NAMESPACE::io {

/// A small file (mode 0600) that several processes of one user read and write in turn. It is locked
/// for the lifetime of the object. If it cannot be opened or locked, if it or its directory is a
/// symbolic link, or if it belongs to another user or its directory to another one but root, then
/// `good` returns false, `read` returns nothing and `write` does nothing. Links further up in the
/// path are followed.
class SharedFile {
public:
    /// What to do if another process holds the lock.
    enum class Lock {
        wait, ///< wait until it is released or a stop is requested
        now,  ///< wait 50 ms at most, as holders keep it briefly; then `good` returns false
    };

    /// Opens and locks the file. Creates it and its directory (mode 0700) if necessary. `stop` ends
    /// waiting for the lock.
    SharedFile(std::filesystem::path const& path, Lock lock, std::stop_token const& stop = {}) {
        std::error_code ignored;
        auto directory = path.parent_path();
        if (!std::filesystem::exists(directory, ignored)) {
            std::filesystem::create_directories(directory.parent_path(), ignored);
            ::mkdir(directory.c_str(), 0700);
        }
        auto const parent = ::open(
            directory.empty() ? "." : directory.c_str(),
            O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        struct stat status{};
        if (parent >= 0 && ::fstat(parent, &status) == 0 &&
            (status.st_uid == ::geteuid() || status.st_uid == 0)) {
            number_ = ::openat(
                parent, path.filename().c_str(),
                O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
        }
        if (parent >= 0) {
            ::close(parent);
        }
        good_ = number_ >= 0 && ::fstat(number_, &status) == 0 && S_ISREG(status.st_mode) &&
                status.st_uid == ::geteuid() && take(lock, stop);
        if (good_ && (status.st_mode & 0777) != 0600) {
            good_ = ::fchmod(number_, 0600) == 0;
        }
    }

    SharedFile(SharedFile const&) = delete;
    SharedFile& operator=(SharedFile const&) = delete;

    ~SharedFile() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    /// Returns true if the file is open, owned by this user and locked.
    bool good() const noexcept { return good_; }

    /// Returns the content; empty if there is none or if it is larger than `limit`.
    std::string read(std::size_t limit = 1024 * 1024) const {
        struct stat status{};
        if (!good_ || ::fstat(number_, &status) != 0 || status.st_size < 0 ||
            static_cast<std::size_t>(status.st_size) > limit) {
            return {};
        }
        auto text = std::string(static_cast<std::size_t>(status.st_size), '\0');
        auto const count = ::pread(number_, text.data(), text.size(), 0);
        return count == status.st_size ? text : std::string{};
    }

    /// Reads `size` bytes at an offset. Returns false if there are fewer.
    bool read_at(std::uint64_t offset, char* into, std::size_t size) const {
        return good_ && ::pread(number_, into, size, static_cast<::off_t>(offset)) ==
                            static_cast<::ssize_t>(size);
    }

    /// Replaces the content with `text`. Truncates the file first, so that a crash during the write
    /// leaves an incomplete file, which readers reject.
    bool write(std::string_view text) const {
        auto const size = static_cast<::ssize_t>(text.size());
        return good_ && ::ftruncate(number_, 0) == 0 &&
               ::pwrite(number_, text.data(), text.size(), 0) == size;
    }

private:
    // Polls for the lock, because flock(2) cannot be interrupted by a stop.
    bool take(Lock lock, std::stop_token const& stop) const {
        auto pause = std::chrono::milliseconds(1);
        auto left = std::chrono::milliseconds(50); // with Lock::now
        while (::flock(number_, LOCK_EX | LOCK_NB) != 0) {
            if (errno == EINTR) {
                continue;
            }
            if (errno != EWOULDBLOCK || stop.stop_requested() ||
                (lock == Lock::now && left < pause)) {
                return false;
            }
            left -= pause;
            std::this_thread::sleep_for(pause);
            pause = std::min(pause * 2, std::chrono::milliseconds(20));
        }
        return true;
    }

    int number_ = -1;
    bool good_ = false;
};

} // namespace OUSAGE_NAMESPACE::io
