#pragma once

#include "counting_client.hpp"
#include "process.hpp"
#include "real_ollama.hpp"
#include "tiny_model.hpp"
#include "wait_until.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace ousage::test {

/// Returns a time zone in which it is noon now, plus `hours_later`, so that no test spans midnight.
inline std::string zone_of_noon(int hours_later) {
    using namespace std::chrono;
    auto const now = floor<hours>(system_clock::now().time_since_epoch()).count() % 24;
    auto const offset = 12 - static_cast<int>(now) + hours_later;
    // The sign is inverted: Etc/GMT-2 is east of Greenwich.
    return std::string("Etc/GMT") + (offset < 0 ? "+" : "-") + std::to_string(std::abs(offset));
}

/// Counts the occurrences of `part` in `text`.
inline std::size_t occurrences(std::string const& text, std::string const& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

/// Returns a request body for 12 tokens that every inference endpoint accepts.
inline std::string prompt(std::string const& model, std::string const& more = {}) {
    return R"({"model":")" + model + R"(","messages":[{"role":"user","content":"hello"}],)" +
           R"("prompt":"hello","input":"hello","max_tokens":12,"options":{"num_predict":12})" +
           more + "}";
}

/// A real Ollama server and a client that sends all kinds of requests.
class OllamaWorkload {
public:
    /// Model files. The server accepts `broken` but cannot load it.
    TinyModelFile const tiny = make_tiny_model({}), embed = make_tiny_model({512, 2, true, true}),
                        broken = make_tiny_model({1024, 3, false, false});

    explicit OllamaWorkload(std::string const& program)
        : zone_(zone_of_noon(0)), server_(program, zone_of_noon(2)), client_(server_.port()) {
        std::ofstream(server_.directory() / "server.json") << R"({"disable_ollama_cloud": true})";
    }

    RealOllama& server() { return server_; }

    CountingClient& client() { return client_; }

    std::string get(std::string const& target) {
        auto const response = client_.send({"GET", target});
        EXPECT_EQ(response.status, 200) << target;
        return response.body;
    }

    std::string post(std::string const& target, std::string const& body, int status = 200) {
        auto const response = client_.send({"POST", target, body});
        EXPECT_EQ(response.status, status) << target << " " << response.body;
        return response.body;
    }

    void make_models() {
        make_model("tiny", tiny);
        make_model("embed", embed);
        make_model("broken", broken);
        post(
            "/api/create", R"({"model":"tiny-tools:q8","from":"tiny","stream":false,)"
                           R"("template":"{{ if .Tools }}{{ .Tools }}{{ end }}{{ .Prompt }}"})");
    }

    void chat() {
        post("/api/chat", R"({"model":"tiny"})"); // loads the model
        post("/api/chat", prompt("tiny", R"(,"stream":false)"));
        post("/api/chat?a=%22|b", prompt("tiny-tools:q8", R"(,"stream":false)"));
        auto const stream = post("/api/chat", prompt("tiny"));
        EXPECT_GT(occurrences(stream, "\n"), 3u) << stream;
        EXPECT_EQ(occurrences(stream, "\"done\":true"), 1u) << stream;
        auto const events = post("/v1/chat/completions", prompt("tiny", R"(,"stream":true)"));
        EXPECT_TRUE(events.ends_with("data: [DONE]\n\n")) << events;
        auto proxied = ClientRequest{"POST", "/v1/chat/completions", prompt("tiny")};
        proxied.forwarded_for = "203.0.113.9";
        EXPECT_EQ(client_.send(proxied).status, 200);
        // 404 before v0.13.3 and v0.14.0.
        client_.send({"POST", "/v1/responses", prompt("tiny")});
        client_.send({"POST", "/v1/messages", prompt("nobody")});
        post("/api/chat", prompt("nobody"), 404);
        post("/v1/chat/completions", prompt("nobody"), 404);
        post("/api/chat", "{bad", 400);
        post("/api/chat", prompt("embed"), 400);
        post("/api/chat", prompt("broken"), 500);
        auto const elsewhere = client_.send({"POST", "/api/chat", prompt("tiny"), "example.com"});
        EXPECT_EQ(elsewhere.status, 403);
    }

    void generate() {
        post("/api/generate", prompt("tiny", R"(,"stream":false)"));
        post("/api/generate", prompt("tiny", R"(,"raw":true)"));
        post("/v1/completions", prompt("tiny"));
        post("/api/generate", prompt("nobody"), 404);
        post("/api/generate", "[]", 400);
        post("/api/generate", prompt("broken"), 500);
    }

    void embeddings() {
        post("/api/embed", R"({"model":"embed","input":["a","b"]})");
        post("/api/embeddings", prompt("embed"));
        post("/v1/embeddings", prompt("embed"));
        post("/api/embed", prompt("nobody"), 404);
        post("/api/embed", "{", 400);
    }

    void send_inference_concurrently() {
        auto const responses = client_.send_concurrently(
            {{"POST", "/api/generate", prompt("tiny")},
             {"POST", "/api/chat", prompt("tiny")},
             {"POST", "/v1/chat/completions", prompt("tiny")},
             {"POST", "/api/generate", prompt("nobody")},
             {"GET", "/api/ps"},
             {"POST", "/api/embed", prompt("embed")}});
        for (std::size_t index = 0; index < responses.size(); ++index) {
            EXPECT_EQ(responses[index].status, index == 3 ? 404 : 200) << index;
        }
    }

    /// Sends requests that are not inference requests.
    void send_other_requests() {
        for (auto const* const method : {"GET", "PUT", "DELETE"}) {
            EXPECT_EQ(client_.send({method, "/api/chat"}).status, 405) << method;
        }
        client_.send({"OPTIONS", "/api/chat"});
        client_.send({"HEAD", "/"});
        client_.send({"GET", "/metrics"});
        client_.send({"POST", "/api/show", R"({"model":"nobody"})"});
        auto strange = ClientRequest{"GET", "/a%22b%5Cc%7C%20%C3%A9?q=%22"};
        strange.decoded = "/a\"b\\c| \u00E9?q=%22";
        EXPECT_EQ(client_.send(strange).status, 404);
        post("/api/copy", R"({"source":"tiny","destination":"acme/copy:v1.5"})");
        EXPECT_EQ(
            client_.send({"DELETE", "/api/delete", R"({"model":"acme/copy:v1.5"})"}).status, 200);
        // Redirects and malformed requests get a response before the log middleware runs.
        for (auto const* const target : {"/api/chat/", "//api/chat"}) {
            EXPECT_EQ(client_.send_unlogged({"POST", target, prompt("tiny")}).status / 100, 3);
        }
        EXPECT_EQ(client_.send_unlogged({"POST", "no slash", prompt("tiny")}).status, 400);
    }

    /// Closes connections during a stream. The server has already sent status 200.
    void cancel_streams() {
        for (auto const* const path : {"/api/chat", "/v1/chat/completions", "/api/generate"}) {
            auto stream = client_.start({"POST", path, endless(true)});
            stream.read_lines(3);
            client_.hang_up(stream);
        }
    }

    /// Unloads all models. These requests are POSTs to an inference path, too.
    void unload() {
        for (auto const* const model : {"tiny", "tiny-tools:q8", "embed"}) {
            post("/api/generate", std::string(R"({"keep_alive":0,"model":")") + model + R"("})");
        }
        auto const interval = std::chrono::milliseconds(5);
        wait_until(
            "all models are unloaded",
            [this] { return get("/api/ps").find("\"name\"") == std::string::npos; }, interval);
    }

    /// Closes connections before the response starts. Only the log contains the status. If the
    /// client closed the connection before its request was scheduled, some server versions write no
    /// line.
    void disconnect_early() {
        auto stream = client_.start({"POST", "/api/generate?stream", endless(true)});
        auto whole = client_.start({"POST", "/api/chat?whole", endless(false)});
        stream.read_lines(100);
        client_.hang_up(whole);
        client_.hang_up(stream);
        auto quick = client_.start({"POST", "/api/embed?gone", prompt("embed")});
        client_.hang_up(quick);
        wait_for("\"/api/generate?stream\"\n");
    }

    /// The server writes a line when the handler ends. If the client closed the connection, this
    /// takes some time.
    void wait_for_the_log() {
        wait_for("[GIN] 2", client_.ledger().size());
        settle();
    }

    /// Stops the server; then the log and the ledger are complete.
    void stop() {
        server_.stop();
        settle();
    }

    /// Runs `ousage` in a different time zone than the server.
    Finished ousage(std::string const& arguments) const {
        return run_command(
            "env -u OLLAMA_HOST -u OLLAMA_API_KEY XDG_CONFIG_HOME=/nonexistent HOME=" +
            server_.home().string() + " TZ=" + zone_ + " " OUSAGE_TEST_PROGRAM " " + arguments);
    }

private:
    // Returns a body for a request that would run for half a minute.
    static std::string endless(bool stream) {
        return std::string(R"({"model":"tiny","messages":[{"role":"user","content":"x"}],)") +
               R"("prompt":"x","max_tokens":20000,"options":{"num_predict":20000},"stream":)" +
               (stream ? "true}" : "false}");
    }

    void wait_for(std::string const& part, std::size_t times = 1) const {
        auto const is_logged = [&] { return occurrences(server_.log(), part) >= times; };
        try {
            wait_until("in the log: " + part, is_logged, std::chrono::milliseconds(5));
        } catch (std::runtime_error const& error) {
            throw std::runtime_error(error.what() + ("\n" + server_.log()));
        }
    }

    // For a request without a received status, use the last log line with its target.
    void settle() {
        client_.settle([text = server_.log()](RecordedRequest const& request) {
            auto const target = text.rfind('"' + request.target() + "\"\n");
            auto const line = target == text.npos ? target : text.rfind("[GIN] ", target);
            return line == text.npos ? 0 : std::atoi(text.c_str() + text.find(" | ", line) + 3);
        });
    }

    void make_model(std::string const& name, TinyModelFile const& file) {
        auto const digest = "sha256:" + run_command("sha256sum", file.bytes).out.substr(0, 64);
        post("/api/blobs/" + digest, file.bytes, 201);
        EXPECT_EQ(client_.send({"HEAD", "/api/blobs/" + digest}).status, 200);
        // Threads that wait for each other are slow on a busy machine, so use one.
        post(
            "/api/create", R"({"model":")" + name +
                               R"(","stream":false,"parameters":{"num_thread":1,"num_ctx":512},)" +
                               R"("files":{"m.gguf":")" + digest + R"("}})");
    }

    std::string zone_;
    RealOllama server_;
    CountingClient client_;
};

} // namespace ousage::test
