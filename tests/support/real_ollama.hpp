#pragma once

#include "keeper.hpp"
#include "process.hpp"

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

/// The program that OUSAGE_TEST_OLLAMA names, which must be there, else `ollama` on the PATH.
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
    auto folders = std::istringstream(path == nullptr ? "" : path);
    for (auto folder = std::string{}; std::getline(folders, folder, ':');) {
        auto const program = folder + "/ollama";
        if (!folder.empty() && ::access(program.c_str(), X_OK) == 0 &&
            !std::filesystem::is_directory(program)) {
            return program;
        }
    }
    return std::nullopt;
}

/// A real Ollama server of the test's own: on a free port of loopback, in a temporary home, with no
/// way to the cloud. It ends with the object, with the test's process, and after two minutes.
class RealOllama {
public:
    /// Starts `program serve` in that zone and waits until it listens.
    RealOllama(std::string const& program, std::string const& zone)
        : keeper_({program, "serve"}, environment(zone), prepare(log_file())) {
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
            if (!keeper_.running() || std::chrono::steady_clock::now() > late) {
                throw std::runtime_error("the server does not listen; its log:\n" + text);
            }
            ::poll(nullptr, 0, 10);
        }
    }

    /// Ends it, in order where it will.
    void stop() { keeper_.end(); }

    unsigned short port() const { return port_; }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    std::filesystem::path const& home() const { return home_.path(); }

    /// Its `~/.ollama`.
    std::filesystem::path folder() const { return home_.path() / ".ollama"; }

    /// What it wrote to standard output and standard error, as the desktop app keeps it.
    std::filesystem::path log_file() const { return folder() / "logs/server.log"; }

    std::string log() const { return read_file(log_file()); }

private:
    static std::filesystem::path prepare(std::filesystem::path const& log) {
        std::filesystem::create_directories(log.parent_path());
        return log;
    }

    // Port 0: the server takes a free one and tells it in its log. Many places: in v0.11.4 a stream
    // that is cut may keep its own for ever (its handler sends on, and nobody receives).
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

    TemporaryFolder home_;
    Keeper keeper_;
    unsigned short port_ = 0;
};

} // namespace ousage::test
