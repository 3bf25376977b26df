#pragma once

#include "process.hpp"
#include "supervisor.hpp"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ousage::test {

/// Returns the program in OUSAGE_TEST_OLLAMA, which must exist, otherwise `ollama` on the PATH.
inline std::optional<std::string> find_ollama() {
    auto const* const named = std::getenv("OUSAGE_TEST_OLLAMA");
    if (named != nullptr && *named != '\0') {
        if (::access(named, X_OK) != 0) {
            throw std::runtime_error(
                "OUSAGE_TEST_OLLAMA names what cannot be run: " + std::string(named));
        }
        return named;
    }
    auto const* const path = std::getenv("PATH");
    auto directories = std::istringstream(path == nullptr ? "" : path);
    for (auto directory = std::string{}; std::getline(directories, directory, ':');) {
        auto const program = directory + "/ollama";
        if (!directory.empty() && ::access(program.c_str(), X_OK) == 0 &&
            !std::filesystem::is_directory(program)) {
            return program;
        }
    }
    return std::nullopt;
}

/// A real Ollama server for one test: on a free loopback port, with a temporary home directory and
/// without access to the cloud. It is terminated with this object, with the test process, and after
/// two minutes at the latest.
class RealOllama {
public:
    /// Starts `program serve` in the time zone `zone` and waits until it listens.
    RealOllama(std::string const& program, std::string const& zone)
        : supervisor_({program, "serve"}, environment(zone), prepare(log_file())) {
        auto const late = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        static constexpr std::string_view listening = "msg=\"Listening on 127.0.0.1:";
        for (;;) {
            auto const text = log();
            auto const at = text.find(listening);
            if (at != text.npos && text.find('\n', at) != text.npos) {
                port_ = static_cast<unsigned short>(
                    std::strtoul(text.c_str() + at + listening.size(), nullptr, 10));
                return;
            }
            if (!supervisor_.running() || std::chrono::steady_clock::now() > late) {
                throw std::runtime_error("the server does not listen; its log:\n" + text);
            }
            ::poll(nullptr, 0, 10);
        }
    }

    /// Stops the server, with SIGTERM first.
    void stop() { supervisor_.end(); }

    unsigned short port() const { return port_; }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    std::filesystem::path const& home() const { return home_.path(); }

    /// Returns its `~/.ollama` directory.
    std::filesystem::path directory() const { return home_.path() / ".ollama"; }

    /// Returns the file with its standard output and standard error, at the path that the desktop
    /// app uses.
    std::filesystem::path log_file() const { return directory() / "logs/server.log"; }

    std::string log() const { return read_file(log_file()); }

private:
    static std::filesystem::path prepare(std::filesystem::path const& log) {
        std::filesystem::create_directories(log.parent_path());
        return log;
    }

    // With port 0 the server selects a free port and logs it. Allow 16 parallel requests: in
    // v0.11.4 a cancelled stream may occupy its slot forever, because its handler keeps sending
    // without a receiver.
    std::vector<std::string> environment(std::string const& zone) const {
        auto variables = std::vector<std::string>{
            "HOME=" + home_.path().string(), "OLLAMA_MODELS=" + (home_.path() / "models").string(),
            "OLLAMA_HOST=127.0.0.1:0",       "OLLAMA_NO_CLOUD=1",
            "OLLAMA_NUM_PARALLEL=16",        "TZ=" + zone};
        for (auto const* const* variable = ::environ; *variable != nullptr; ++variable) {
            auto const text = std::string_view(*variable);
            if (!text.starts_with("OLLAMA_") && !text.starts_with("HOME=") &&
                !text.starts_with("TZ=")) {
                variables.emplace_back(text);
            }
        }
        return variables;
    }

    TemporaryDirectory home_;
    Supervisor supervisor_;
    unsigned short port_ = 0;
};

} // namespace ousage::test
