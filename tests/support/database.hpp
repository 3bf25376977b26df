#pragma once

#include "example/demo/desktop_schema.hpp"
#include "process.hpp"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace ousage::test {

/// A writing connection, as the desktop app opens it.
class Writer {
public:
    explicit Writer(std::filesystem::path const& path) {
        if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) {
            throw std::runtime_error("cannot open " + path.string());
        }
        run("PRAGMA synchronous=OFF");
    }

    Writer(Writer const&) = delete;
    Writer& operator=(Writer const&) = delete;

    ~Writer() { sqlite3_close(handle_); }

    /// Runs statements; throws SQLite's error message on failure.
    void run(std::string const& sql) {
        if (try_run(sql) != SQLITE_OK) {
            throw std::runtime_error(sql.substr(0, 60) + ": " + sqlite3_errmsg(handle_));
        }
    }

    /// Runs statements and returns the SQLite result code.
    int try_run(std::string const& sql) {
        return sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    }

    sqlite3* handle() const { return handle_; }

private:
    sqlite3* handle_ = nullptr;
};

/// Returns the name and content of every file in a directory.
inline std::map<std::string, std::string> contents_of(std::filesystem::path const& directory) {
    auto contents = std::map<std::string, std::string>{};
    for (auto const& entry : std::filesystem::directory_iterator(directory)) {
        contents[entry.path().filename().string()] =
            entry.is_regular_file() ? read_file(entry.path()) : std::string();
    }
    return contents;
}

/// Copies a recording from tests/data/desktop. Returns the path of the database.
inline std::filesystem::path copy_recording(std::string const& name, TemporaryDirectory const& to) {
    auto const from = std::filesystem::path(OUSAGE_TEST_DATA) / "desktop" / name;
    for (auto const* const file : {"db.sqlite", "db.sqlite-wal", "db.sqlite-shm"}) {
        if (std::filesystem::exists(from / file)) {
            std::filesystem::copy_file(from / file, to.path() / file);
        }
    }
    return to.path() / "db.sqlite";
}

/// Runs `work(say)` in another process. `say()` signals that the process is ready and blocks until
/// the parent continues it. The return value of `work` is the exit code.
class OtherProcess {
public:
    template <class Work>
    explicit OtherProcess(Work work) {
        int up[2];
        int down[2];
        if (::pipe(up) != 0 || ::pipe(down) != 0) {
            throw std::runtime_error("cannot make pipes");
        }
        number_ = ::fork();
        if (number_ == 0) {
            ::alarm(60);
            ::close(up[0]);
            ::close(down[1]);
            char byte = 0;
            auto const say = [&] {
                if (::write(up[1], "x", 1) == 1 && ::read(down[0], &byte, 1) < 0) {
                    ::_exit(99);
                }
            };
            int code = 98;
            try {
                code = work(say);
            } catch (...) {
            }
            ::_exit(code);
        }
        ::close(up[1]);
        ::close(down[0]);
        up_ = up[0];
        down_ = down[1];
    }

    OtherProcess(OtherProcess const&) = delete;
    OtherProcess& operator=(OtherProcess const&) = delete;

    ~OtherProcess() {
        if (number_ > 0) {
            finish();
        }
        ::close(up_);
    }

    /// Waits until the process is ready; returns false if it has ended.
    bool wait_ready() const {
        char byte = 0;
        return ::read(up_, &byte, 1) == 1;
    }

    /// Returns true if the process has not ended.
    bool is_running() {
        if (number_ > 0 && ::waitpid(number_, &status_, WNOHANG) == number_) {
            number_ = -1;
            ::close(down_);
        }
        return number_ > 0;
    }

    /// Lets the process continue, waits until it ends and returns its exit code.
    int finish() {
        if (number_ > 0) {
            ::close(down_);
            ::waitpid(number_, &status_, 0);
            number_ = -1;
        }
        return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
    }

private:
    pid_t number_ = -1;
    int up_ = -1;
    int down_ = -1;
    int status_ = 0;
};

/// The newest schema of the app, with its initial row of settings.
inline std::string const app_schema =
    std::string(program::app_schema) + "INSERT INTO settings (id) VALUES (1);\n";

} // namespace ousage::test
