#pragma once

#include "raw_client.hpp"
#include <ousage/core/asio.hpp>
#include <ousage/testing/loopback_acceptor.hpp>

#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/read_until.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace ousage::test {

/// A relay between Prometheus and an exporter that forwards all bytes and records them. Runs on its
/// own thread, one scrape at a time.
class ScrapeRelay {
public:
    /// One scrape.
    struct Scrape {
        std::string request;  ///< header section as sent to the exporter
        std::string response; ///< header section and body
    };

    /// `accept` replaces the Accept header of Prometheus; if empty, the header is forwarded
    /// unchanged.
    explicit ScrapeRelay(std::uint16_t exporter, std::string accept = {})
        : exporter_(exporter), accept_(std::move(accept)), acceptor_(context_.get_executor()) {
        asio::co_spawn(context_, accept_all(), asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }

    ScrapeRelay(ScrapeRelay const&) = delete;
    ScrapeRelay& operator=(ScrapeRelay const&) = delete;

    ~ScrapeRelay() {
        asio::post(context_, [this] { acceptor_.stop(); });
        thread_.join();
    }

    /// Returns `127.0.0.1:PORT`.
    std::string address() const { return "127.0.0.1:" + std::to_string(acceptor_.port()); }

    /// Returns the scrapes so far whose target begins with `target`.
    std::vector<Scrape> scrapes(std::string_view target) const {
        auto const lock = std::lock_guard(mutex_);
        auto found = std::vector<Scrape>{};
        for (auto const& scrape : scrapes_) {
            if (scrape.request.starts_with("GET " + std::string(target))) {
                found.push_back(scrape);
            }
        }
        return found;
    }

private:
    asio::awaitable<void> accept_all() {
        for (;;) {
            auto socket = co_await acceptor_.accept();
            if (!socket) {
                co_return;
            }
            co_await relay(*socket);
        }
    }

    asio::awaitable<void> relay(LoopbackAcceptor::Socket& socket) {
        auto head = std::string{};
        auto room = asio::dynamic_buffer(head);
        auto [cut, length] = co_await asio::async_read_until(
            socket, room, "\r\n\r\n", ousage::as_tuple(asio::use_awaitable));
        if (cut) {
            co_return;
        }
        auto scrape = Scrape{rewrite(head), {}};
        try {
            auto client = RawClient(exporter_);
            client.send(scrape.request);
            scrape.response = client.read_all();
        } catch (std::exception const&) {
            co_return; // no exporter: Prometheus sees a closed connection
        }
        {
            auto const lock = std::lock_guard(mutex_);
            scrapes_.push_back(scrape);
        }
        auto const buffer = asio::buffer(scrape.response.data(), scrape.response.size());
        co_await asio::async_write(socket, buffer, ousage::as_tuple(asio::use_awaitable));
        asio::error_code ignored;
        socket.close(ignored);
    }

    // Allows only one request per connection, so that the response ends when the connection closes.
    std::string rewrite(std::string const& head) const {
        auto text = std::string{};
        for (std::size_t at = 0; at < head.size();) {
            auto const end = head.find("\r\n", at) + 2;
            auto const line = head.substr(at, end - at);
            at = end;
            if (line.starts_with("Accept: ") && !accept_.empty()) {
                text += "Accept: " + accept_ + "\r\n";
            } else if (line == "\r\n") {
                text += "Connection: close\r\n\r\n";
            } else if (!line.starts_with("Connection: ")) {
                text += line;
            }
        }
        return text;
    }

    std::uint16_t exporter_;
    std::string accept_;
    mutable std::mutex mutex_;
    std::vector<Scrape> scrapes_;
    asio::io_context context_{1};
    LoopbackAcceptor acceptor_;
    std::thread thread_;
};

} // namespace ousage::test
