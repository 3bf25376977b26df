#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/file/file_stamp.hpp>
#include <ousage/io/file/read_file.hpp>
#include <ousage/io/sqlite/detail/private_file.hpp>

#include <sqlite3.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE::io::detail {

// A copy of a database and its -wal or -journal in files without names, and the VFS that opens
// them. SQLite may change them and reaches no other file. Must outlive its connection.
class PrivateCopy {
public:
    // Name of the database in this VFS.
    static constexpr char const* name = "copy";

    static Result<std::shared_ptr<PrivateCopy const>>
    of(std::filesystem::path const& path, std::stop_token const& stop) {
        std::error_code error;
        auto const directory = std::filesystem::temp_directory_path(error);
        auto copy = std::make_shared<PrivateCopy>();
        for (auto& slot : copy->slots_) {
            slot.file = error ? UnlinkedFile() : UnlinkedFile(directory);
            if (slot.file.number() < 0) {
                return {Errc::file, "cannot create a temporary file for a copy"};
            }
            auto from = path;
            from += slot.suffix;
            slot.exists = read_stamp(from).exists;
            auto failure = slot.exists ? fill(slot.file, from, stop) : std::optional<Failure>();
            if (failure) {
                return std::move(*failure);
            }
        }
        if (!copy->add_vfs()) {
            return {Errc::file, "this platform has no file layer for SQLite"};
        }
        return std::shared_ptr<PrivateCopy const>(std::move(copy));
    }

    PrivateCopy() = default;
    PrivateCopy(PrivateCopy const&) = delete;
    PrivateCopy& operator=(PrivateCopy const&) = delete;

    ~PrivateCopy() {
        if (vfs_.zName != nullptr) {
            sqlite3_vfs_unregister(&vfs_);
        }
    }

    char const* vfs() const noexcept { return vfs_.zName; }

private:
    struct Slot {
        char const* suffix;
        UnlinkedFile file = {};
        bool exists = false; // as SQLite sees it
    };

    // Copies the file `from`.
    static std::optional<Failure>
    fill(UnlinkedFile const& file, std::filesystem::path const& from, std::stop_token const& stop) {
        bool written = true;
        off_t offset = 0;
        auto failure = read_file(from, stop, [&](std::string_view bytes) {
            written = written && write_all(file.number(), bytes.data(), bytes.size(), offset);
            offset += static_cast<off_t>(bytes.size());
        });
        if (!failure && !written) {
            failure = Failure{{}, make_error_code(Errc::file), "cannot write a copy"};
        }
        if (!failure && stop.stop_requested()) {
            failure = Failure{{}, make_error_code(Errc::cancelled), {}};
        }
        return failure;
    }

    bool add_vfs() {
        static auto count = std::atomic<std::uint64_t>{0};
        auto const* const real = sqlite3_vfs_find(nullptr);
        if (real == nullptr) {
            return false;
        }
        vfs_name_ = "ousage-copy-" + std::to_string(count++);
        auto vfs = *real;
        vfs.pNext = nullptr;
        vfs.zName = vfs_name_.c_str();
        vfs.pAppData = this;
        vfs.szOsFile = sizeof(PrivateFile);
        vfs.xOpen = &open;
        vfs.xDelete = &remove;
        vfs.xAccess = &access;
        vfs.xFullPathname = &full_path;
        vfs_ = vfs;
        if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) {
            vfs_.zName = nullptr;
        }
        return vfs_.zName != nullptr;
    }

    // Returns the slot of a path; null for a file that is not part of the copy.
    static Slot* slot_of(sqlite3_vfs* vfs, char const* path) {
        auto const text = std::string_view(path == nullptr ? "" : path);
        for (auto& slot : static_cast<PrivateCopy*>(vfs->pAppData)->slots_) {
            if (text.starts_with(name) && text.substr(std::strlen(name)) == slot.suffix) {
                return &slot;
            }
        }
        return nullptr;
    }

    static int
    open(sqlite3_vfs* vfs, char const* path, sqlite3_file* file, int flags, int* flags_out) {
        file->pMethods = nullptr;
        auto* const slot = slot_of(vfs, path);
        if (slot == nullptr || !(slot->exists || (flags & SQLITE_OPEN_CREATE) != 0)) {
            return SQLITE_CANTOPEN;
        }
        slot->exists = true;
        reinterpret_cast<PrivateFile*>(file)->number = slot->file.number();
        file->pMethods = PrivateFile::methods();
        if (flags_out != nullptr) {
            *flags_out = flags;
        }
        return SQLITE_OK;
    }

    static int remove(sqlite3_vfs* vfs, char const* path, int) {
        auto* const slot = slot_of(vfs, path);
        if (slot == nullptr || !slot->exists) {
            return SQLITE_IOERR_DELETE_NOENT;
        }
        slot->exists = false;
        return ::ftruncate(slot->file.number(), 0) == 0 ? SQLITE_OK : SQLITE_IOERR_DELETE;
    }

    static int access(sqlite3_vfs* vfs, char const* path, int, int* result) {
        auto const* const slot = slot_of(vfs, path);
        *result = slot != nullptr && slot->exists ? 1 : 0;
        return SQLITE_OK;
    }

    static int full_path(sqlite3_vfs*, char const* path, int size, char* into) {
        return sqlite3_snprintf(size, into, "%s", path) == nullptr ? SQLITE_CANTOPEN : SQLITE_OK;
    }

    std::array<Slot, 3> slots_{{{""}, {"-wal"}, {"-journal"}}};
    std::string vfs_name_;
    sqlite3_vfs vfs_{};
};

} // namespace OUSAGE_NAMESPACE::io::detail
