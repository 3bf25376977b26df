#pragma once

#include "threaded_peer.hpp"

#include <string>

namespace ousage::test {

/// A fake Ollama server on its own thread: one model in memory, cloud disabled.
class FakeOllama : public ThreadedPeer {
public:
    FakeOllama() : ThreadedPeer(&FakeOllama::script) {}

    /// Returns a response of /api/ps: one loaded model, which expires at `expires`.
    static Reply loaded(std::string const& expires) {
        return json(
            R"({"models":[{"name":"tiny:latest","size":100,"size_vram":60,
            "context_length":2048,"expires_at":")" +
            expires + R"("}]})");
    }

private:
    static void script(ScriptedPeer& peer) {
        peer.on("GET /api/version", json(R"({"version":"0.24.0"})"))
            .on("GET /api/status", json(R"({"cloud":{"disabled":true,"source":"env"}})"))
            .on("GET /api/tags", json(R"({"models":[{"name":"tiny:latest","size":1000,"digest":"d",
                "modified_at":"2026-11-20T16:00:00Z","capabilities":["completion","tools"],
                "details":{"format":"gguf","family":"llama","parameter_size":"1B",
                "quantization_level":"Q4_0","context_length":4096}}]})"))
            .on("GET /api/ps", loaded("2099-01-01T00:00:00Z"));
    }
};

} // namespace ousage::test
