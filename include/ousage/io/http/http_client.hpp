#pragma once

#include <ousage/config.hpp>
#include <ousage/io/http/detail/connection_pool.hpp>
#include <ousage/io/http/detail/request_slots.hpp>
#include <ousage/io/http/http_message.hpp>
#include <ousage/version.hpp>

#include <asio/awaitable.hpp>
#include <asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

/// Called with the target of each request that received a response, and the elapsed time.
using HttpObserver =
    std::function<void(std::string const& target, std::chrono::nanoseconds elapsed)>;

/// HTTP/1.1 client for one server. Keeps connections alive between requests and runs at most
/// `parallel` requests concurrently. Follows no redirects and never logs or reports header
/// values. Not thread-safe: use it on one thread or strand. Must outlive its requests.
class HttpClient {
public:
    /// Creates a client of the server at `base`, whose path is a prefix of every target.
    explicit HttpClient(Url base, HttpLimits limits = {}, std::size_t parallel = 4)
        : base_(connectable(base)), host_(host_header(base_)), limits_(limits), slots_(parallel) {}

    /// Returns the server's URL with the address to connect to.
    Url const& base() const noexcept { return base_; }

    /// Opens new connections through this proxy, with CONNECT; `nullopt` means directly.
    void use_proxy(std::optional<Proxy> proxy) { proxy_ = std::move(proxy); }

    /// Sends one request and reads the whole response, whatever its status. A failure has the code
    /// of its stage: resolve, connect, tls, send, receive, parse or limit. Cancellation closes the
    /// connection and throws `operation_aborted`.
    asio::awaitable<Result<HttpResponse>> send(HttpRequest request) {
        if (observer_) {
            return send_observed(std::move(request));
        }
        return send_alone(std::move(request));
    }

    /// Sets the function to call after each request that receives a response. The elapsed time
    /// starts with the call of `send`. The function must not send requests.
    void observe(HttpObserver observer) { observer_ = std::move(observer); }

private:
    asio::awaitable<Result<HttpResponse>> send_observed(HttpRequest request) {
        auto const target = request.target;
        auto const start = std::chrono::steady_clock::now();
        auto answer = co_await send_alone(std::move(request));
        if (answer) {
            observer_(target, std::chrono::steady_clock::now() - start);
        }
        co_return answer;
    }

    asio::awaitable<Result<HttpResponse>> send_alone(HttpRequest request) {
        auto text = std::string{};
        if (!compose(request, text)) {
            co_return Result<HttpResponse>(Errc::send, "the request has a forbidden character");
        }
        auto const slot = co_await slots_.acquire();
        auto const to_head = request.method == "HEAD";
        auto const executor = co_await asio::this_coro::executor;
        if (auto connection = idle_.take()) {
            auto reader = HttpResponseReader(to_head, limits_);
            auto const failure = co_await exchange(*connection, text, reader);
            if (!failure || reader.started()) {
                co_return conclude(std::move(connection), executor, reader, failure);
            }
            // The server closed the idle connection before responding. Retry once on a new
            // connection; repeated retries could send a request that crashes the server again and
            // again.
        }
        auto connection = std::make_unique<detail::Connection>(executor);
        auto const refused = co_await connection->open(base_, tls_, proxy_);
        if (refused) {
            co_return *refused;
        }
        auto reader = HttpResponseReader(to_head, limits_);
        auto const failure = co_await exchange(*connection, text, reader);
        co_return conclude(std::move(connection), executor, reader, failure);
    }

    asio::awaitable<std::optional<Failure>>
    exchange(detail::Connection& connection, std::string const& text, HttpResponseReader& reader) {
        auto const unsent = co_await connection.write(text);
        if (unsent) {
            co_return unsent;
        }
        co_return co_await connection.read(reader);
    }

    Result<HttpResponse> conclude(
        std::unique_ptr<detail::Connection> connection, asio::any_io_executor const& executor,
        HttpResponseReader& reader, std::optional<Failure> const& failure) {
        if (failure) {
            return *failure;
        }
        if (connection->reusable()) {
            idle_.keep(std::move(connection), executor);
        }
        return std::move(reader.response());
    }

    static bool is_clean(std::string_view text, std::string_view forbidden) {
        for (auto const letter : text) {
            auto const code = static_cast<unsigned char>(letter);
            if (code < 0x20 || code == 0x7F || forbidden.find(letter) != forbidden.npos) {
                return false;
            }
        }
        return true;
    }

    static bool has_header(HttpRequest const& request, std::string_view name) {
        auto const same = [name](Header const& header) { return same_name(header.name, name); };
        return std::any_of(request.headers.begin(), request.headers.end(), same);
    }

    bool compose(HttpRequest const& request, std::string& text) const {
        auto const prefix = base_.path.empty() ? std::string{} : "/" + base_.path;
        if (!is_clean(request.method, " ") || !is_clean(request.target, " ") ||
            !is_clean(prefix, " ") || !is_clean(host_, " ")) {
            return false;
        }
        text = request.method + " " + prefix + request.target + " HTTP/1.1\r\nHost: " + host_ +
               "\r\nUser-Agent: ousage/" OUSAGE_VERSION "\r\n";
        if (!has_header(request, "Accept")) {
            text += "Accept: application/json\r\n";
        }
        for (auto const& header : request.headers) {
            if (!is_clean(header.name, " :") || !is_clean(header.value, "")) {
                return false;
            }
            text += header.name + ": " + header.value + "\r\n";
        }
        if (!request.body.empty()) {
            text += "Content-Type: application/json\r\n";
        }
        if (!request.body.empty() || request.method == "POST") {
            text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
        }
        text += "\r\n" + request.body;
        return true;
    }

    Url base_;
    std::string host_;
    HttpObserver observer_;
    HttpLimits limits_;
    detail::RequestSlots slots_;
    std::optional<Proxy> proxy_;
    detail::TlsContext tls_;
    detail::ConnectionPool idle_;
};

} // namespace OUSAGE_NAMESPACE::io
