#include "example/exporter/healthcheck.hpp"

#include "example/exporter/web_config.hpp"

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/ssl/context.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ousage::program {

namespace {

using asio::ip::tcp;

constexpr auto limit = std::chrono::seconds(3);

// What was received from the exporter.
struct Response {
    std::string status_line;
    bool is_exporter_known = false; // it presented its certificate
};

std::string address_text(ListenAddress const& address) {
    auto const is_v6 = address.host.find(':') != std::string::npos;
    return (is_v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

// Sends the request and reads the status line.
template <class Stream>
asio::awaitable<std::string> exchange(Stream& stream) {
    static constexpr char request[] =
        "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    co_await asio::async_write(
        stream, asio::buffer(request, sizeof(request) - 1), asio::use_awaitable);
    auto received = std::string();
    auto const size = co_await asio::async_read_until(
        stream, asio::dynamic_buffer(received), "\r\n", asio::use_awaitable);
    co_return received.substr(0, size - 2);
}

// Verifies no certificate: nothing secret is sent, and the address is that of this machine.
asio::awaitable<void> exchange_over_tls(tcp::socket& socket, Response& response) {
    auto context = asio::ssl::context(asio::ssl::context::tls_client);
    auto stream = asio::ssl::stream<tcp::socket&>(socket, context);
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.set_verify_callback([&response](bool, asio::ssl::verify_context&) {
        response.is_exporter_known = true;
        return true;
    });
    co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
    response.status_line = co_await exchange(stream);
}

asio::awaitable<void> request_health(ListenAddress address, bool is_tls, Response& response) {
    auto const executor = co_await asio::this_coro::executor;
    auto resolver = tcp::resolver(executor);
    auto const port = std::to_string(address.port);
    auto const endpoints = co_await resolver.async_resolve(address.host, port, asio::use_awaitable);
    auto socket = tcp::socket(executor);
    co_await asio::async_connect(socket, endpoints, asio::use_awaitable);
    if (is_tls) {
        co_await exchange_over_tls(socket, response);
    } else {
        response.status_line = co_await exchange(socket);
    }
}

bool is_healthy(Response const& response, WebConfig const& web) {
    auto const has_status = [&](char const* status) {
        return response.status_line.starts_with(std::string("HTTP/1.1 ") + status);
    };
    auto const is_certificate_needed = web.tls && web.tls->client_auth_type.starts_with("Require");
    return has_status("200") || (has_status("401") && !web.users.empty()) ||
           (has_status("429") && web.rate_limit.interval.count() > 0) ||
           (response.status_line.empty() && is_certificate_needed && response.is_exporter_known);
}

// Returns the address to connect to: loopback instead of all addresses. An exporter on all
// addresses listens on IPv4 too.
ListenAddress reachable(ListenAddress address) {
    if (address.host.empty() || address.host == "::" || address.host == "0.0.0.0") {
        address.host = "127.0.0.1";
    }
    return address;
}

// Returns why the exporter is not healthy; empty if it is.
std::string failure_of(ExporterOptions const& options, asio::io_context& context) {
    if (options.systemd_socket) {
        return "--healthcheck: the address of --web.systemd-socket is known to systemd only";
    }
    auto const address = reachable(listen_addresses(options).front());
    if (address.port == 0) {
        return "--healthcheck: with port 0, the port is known to the running exporter only";
    }
    auto web = WebConfig();
    if (options.web_config) {
        auto read = read_web_config(*options.web_config);
        if (!read) {
            return to_string(read.failure());
        }
        web = std::move(*read);
    }
    auto response = Response();
    auto why = std::optional<std::string>();
    asio::co_spawn(
        context, request_health(address, web.tls.has_value(), response),
        [&why](std::exception_ptr const& thrown) {
            why.emplace();
            try {
                if (thrown) {
                    std::rethrow_exception(thrown);
                }
            } catch (std::exception const& error) {
                why = error.what();
            }
        });
    context.run_for(limit);
    if (is_healthy(response, web)) {
        return {};
    }
    if (!why) {
        why = "no response within 3 s";
    } else if (why->empty()) {
        why = "\"" + response.status_line.substr(0, 80) + "\"";
    }
    return "not healthy: " + address_text(address) + ": " + *why;
}

} // namespace

void end_with_health(ExporterOptions const& options) {
    auto context = asio::io_context(1);
    auto const why = failure_of(options, context);
    if (!why.empty()) {
        std::fprintf(stderr, "ousage-exporter: %s\n", why.c_str());
    }
    std::fflush(stderr);
    // A name lookup cannot be interrupted and may still be running on its thread.
    std::_Exit(why.empty() ? 0 : 1);
}

} // namespace ousage::program
