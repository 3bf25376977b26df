#pragma once

#include <ousage/config.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace OUSAGE_NAMESPACE::io {

/// A small file (mode 0600) that several processes of one user read and write in turn. It is locked
/// for the lifetime of the object. If it cannot be opened or locked, is a symbolic link, or belongs
/// to another user, then `good` returns false, `read` returns nothing and `write` does nothing.
class SharedFile {
public:
    /// What to do if another process holds the lock.
    enum class Lock {
        wait, ///< wait until it is released
        now,  ///< do not wait; `good` returns false
    };

    /// Opens and locks the file. Creates it and its directory (mode 0700) if necessary.
    SharedFile(std::filesystem::path const& path, Lock lock) {
        std::error_code ignored;
        if (!std::filesystem::exists(path.parent_path(), ignored)) {
            std::filesystem::create_directories(path.parent_path().parent_path(), ignored);
            ::mkdir(path.parent_path().c_str(), 0700);
        }
        number_ =
            ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
        struct stat status{};
        good_ = number_ >= 0 && ::fstat(number_, &status) == 0 && S_ISREG(status.st_mode) &&
                status.st_uid == ::geteuid() && take(lock);
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

    /// Replaces the content with `text`. Truncates the file first, so that a crash during the write
    /// leaves an incomplete file, which readers reject.
    bool write(std::string_view text) const {
        auto const size = static_cast<::ssize_t>(text.size());
        return good_ && ::ftruncate(number_, 0) == 0 &&
               ::pwrite(number_, text.data(), text.size(), 0) == size;
    }

private:
    bool take(Lock lock) const {
        auto const how = lock == Lock::wait ? LOCK_EX : LOCK_EX | LOCK_NB;
        int result = 0;
        while ((result = ::flock(number_, how)) != 0 && errno == EINTR) {
        }
        return result == 0;
    }

    int number_ = -1;
    bool good_ = false;
};

} // namespace OUSAGE_NAMESPACE::io
