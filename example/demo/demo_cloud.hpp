#pragma once

#include "example/demo/demo_life.hpp"
#include <ousage/core/asio.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <fmt/format.h>

#if OUSAGE_WITH_TLS
#    include "example/exporter/authority.hpp"

#    include <asio/ssl/context.hpp>
#    include <asio/ssl/stream.hpp>
#endif

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ousage::program {

/// A small Ollama Cloud for `--demo` on loopback. Uses TLS with a certificate of an authority
/// created at start; plain HTTP if the build has no TLS.
class DemoCloud {
public:
    /// Starts the server, writes the authority's certificate into `directory`, and makes it the
    /// only one that this process trusts. Throws if that fails. `elapsed` returns the time since
    /// the start of the demonstration.
    DemoCloud(
        asio::any_io_executor const& executor, std::filesystem::path const& directory,
        std::function<std::chrono::seconds()> elapsed)
        : server_(std::make_shared<Server>(executor, std::move(elapsed))) {
#if OUSAGE_WITH_TLS
        auto const authority = make_authority("ousage demo");
        auto const file = directory / "authority.pem";
        std::ofstream(file) << authority.pem();
        ::setenv("SSL_CERT_FILE", file.c_str(), 1);
        ::setenv("SSL_CERT_DIR", directory.c_str(), 1);
        make_identity({}, &authority).serve(server_->tls.native_handle());
#else
        (void)directory;
#endif
        auto work = accept(server_);
        asio::co_spawn(executor, std::move(work), asio::detached);
    }

    DemoCloud(DemoCloud const&) = delete;
    DemoCloud& operator=(DemoCloud const&) = delete;

    ~DemoCloud() {
        asio::error_code ignored;
        server_->acceptor.close(ignored);
    }

    /// `https://localhost:PORT`.
    std::string url() const {
        return (OUSAGE_WITH_TLS ? "https://localhost:" : "http://localhost:") +
               std::to_string(server_->acceptor.local_endpoint().port());
    }

    /// The environment of a demonstration account: a key, and none of the user's variables.
    static std::optional<std::string> environment(char const* name) {
        return name == std::string_view("OLLAMA_API_KEY") ? std::optional<std::string>("demo")
                                                          : std::nullopt;
    }

private:
    using tcp = asio::ip::tcp;

    struct Server {
        Server(
            asio::any_io_executor const& executor,
            std::function<std::chrono::seconds()> its_elapsed)
            : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
              elapsed(std::move(its_elapsed)) {}

        tcp::acceptor acceptor;
        std::function<std::chrono::seconds()> elapsed;
#if OUSAGE_WITH_TLS
        asio::ssl::context tls{asio::ssl::context::tls_server};
#endif
    };

    // Returns the body with which the real cloud responds to an account with the plan pro.
    static std::string response_to(std::string_view request, std::chrono::seconds elapsed) {
        auto const is = [request](std::string_view start) { return request.starts_with(start); };
        if (is("POST /api/me ")) {
            return R"({"ID":"5f0c6a52-0000-4000-8000-0000000000d0","Email":"demo@example.com",)"
                   R"("Name":"demo","Plan":"pro"})";
        }
        if (is("GET /api/tags ")) {
            return R"({"models":[{"name":"gpt-oss:120b"},{"name":"qwen3-coder:480b"},)"
                   R"({"name":"kimi-k2:1t"}]})";
        }
        if (is("GET /api/balance ")) {
            return demo_life::balance(elapsed);
        }
        if (is("GET /api/usage?range=24h ")) {
            return R"({"range":"24h","totals":{"request_count":31,"usage_usd":0.21,)"
                   R"("input_tokens":182000,"output_tokens":24100}})";
        }
        return R"({"range":"7d","totals":{"request_count":164,"usage_usd":1.18,)"
               R"("input_tokens":1040000,"output_tokens":139000}})";
    }

    static asio::awaitable<void> accept(std::shared_ptr<Server> server) {
        for (;;) {
            auto [error, socket] =
                co_await server->acceptor.async_accept(ousage::as_tuple(asio::use_awaitable));
            if (error) {
                co_return;
            }
            auto const executor = server->acceptor.get_executor();
            auto work = secure(server, std::move(socket));
            asio::co_spawn(executor, std::move(work), asio::detached);
        }
    }

    static asio::awaitable<void> secure(std::shared_ptr<Server> server, tcp::socket socket) {
#if OUSAGE_WITH_TLS
        auto stream = asio::ssl::stream<tcp::socket>(std::move(socket), server->tls);
        auto [error] = co_await stream.async_handshake(
            asio::ssl::stream_base::server, ousage::as_tuple(asio::use_awaitable));
        if (error) {
            co_return;
        }
        co_await serve(stream, server->elapsed);
#else
        co_await serve(socket, server->elapsed);
#endif
    }

    template <class Stream>
    static asio::awaitable<void>
    serve(Stream& stream, std::function<std::chrono::seconds()> const& elapsed) {
        auto bytes = std::string{};
        for (;;) {
            auto room = asio::dynamic_buffer(bytes);
            auto [cut, head] = co_await asio::async_read_until(
                stream, room, "\r\n\r\n", ousage::as_tuple(asio::use_awaitable));
            if (cut) {
                co_return;
            }
            auto const body = response_to(bytes, elapsed());
            bytes.erase(0, head);
            auto const text = fmt::format(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                "{}\r\n\r\n{}",
                body.size(), body);
            auto const buffer = asio::buffer(text.data(), text.size());
            auto [lost, sent] =
                co_await asio::async_write(stream, buffer, ousage::as_tuple(asio::use_awaitable));
            if (lost) {
                co_return;
            }
        }
    }

    std::shared_ptr<Server> server_;
};

} // namespace ousage::program
