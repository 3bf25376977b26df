#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace ousage::test {

/// A temporary directory, removed by the destructor.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        auto pattern = (std::filesystem::temp_directory_path() / "ousage-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            throw std::runtime_error("cannot create a temporary directory");
        }
        path_ = pattern;
    }

    TemporaryDirectory(TemporaryDirectory const&) = delete;
    TemporaryDirectory& operator=(TemporaryDirectory const&) = delete;

    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::filesystem::path const& path() const noexcept { return path_; }

    /// Writes a file; creates its parent directories.
    std::filesystem::path write(std::string const& name, std::string const& text) const {
        auto const file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }

private:
    std::filesystem::path path_;
};

/// Result of a finished program.
struct Finished {
    int exit_code = -1; ///< 128 plus the signal number if killed by a signal
    std::string out;    ///< standard output
    std::string error;  ///< standard error
};

inline std::string read_file(std::filesystem::path const& path) {
    auto file = std::ifstream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Runs a shell command, with a timeout of one minute.
inline Finished run_command(std::string const& command, std::string const& input = {}) {
    auto const directory = TemporaryDirectory();
    auto const in = directory.write("in", input);
    auto const out = directory.path() / "out";
    auto const error = directory.path() / "error";
    auto const line =
        "timeout 60 " + command + " <" + in.string() + " >" + out.string() + " 2>" + error.string();
    auto const status = std::system(line.c_str());
    auto const code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return {code, read_file(out), read_file(error)};
}

} // namespace ousage::test
