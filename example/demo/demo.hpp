#pragma once

#include <ousage/ollama/configuration.hpp>

#include <asio/any_io_executor.hpp>

#include <filesystem>
#include <memory>

namespace ousage::program {

class DemoCloud;

/// A small Ollama of its own for `--demo`: a server on loopback that answers as a real one did, a
/// cloud beside it over TLS, a log of the last days, a server.json and a desktop database in a
/// temporary folder. Gone when the object is.
class Demo {
public:
    /// Starts the server on that executor and writes the files; throws where it cannot.
    explicit Demo(asio::any_io_executor const& executor);

    Demo(Demo const&) = delete;
    Demo& operator=(Demo const&) = delete;
    ~Demo();

    /// Has a configuration observe it, and nothing else.
    void observe(ollama::Configuration& configuration) const;

private:
    struct Server;

    ollama::Account account() const;

    std::shared_ptr<Server> server_;
    std::unique_ptr<DemoCloud> cloud_;
    std::filesystem::path folder_;
};

} // namespace ousage::program
