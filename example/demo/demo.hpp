#pragma once

#include <ousage/core/clock.hpp>
#include <ousage/ollama/configuration.hpp>

#include <asio/any_io_executor.hpp>

#include <filesystem>
#include <memory>

namespace ousage::program {

class DemoCloud;

/// A small Ollama for `--demo`: a loopback server with the responses of a real one, a cloud over
/// TLS, and a temporary directory with a log of the last days, a server.json and a desktop
/// database. The destructor removes the directory.
class Demo {
public:
    /// Starts the server on `executor` and writes the files. All their dates are relative to `now`.
    /// Throws if that fails.
    Demo(asio::any_io_executor const& executor, Now const& now);

    Demo(Demo const&) = delete;
    Demo& operator=(Demo const&) = delete;
    ~Demo();

    /// Changes a configuration so that it observes only this demonstration, whose zone is UTC. The
    /// snapshot then depends on `now` alone, apart from measured durations.
    void observe(ollama::Configuration& configuration) const;

    /// From now on models are loaded and unloaded, the log grows, and the quota is consumed. Called
    /// at most once.
    void start_life();

private:
    struct Server;

    ollama::Account account() const;

    std::shared_ptr<Server> server_;
    std::unique_ptr<DemoCloud> cloud_;
    std::filesystem::path directory_;
};

} // namespace ousage::program
