#pragma once

#include <ousage/io/http/detail/connection_pool.hpp>
#include <ousage/io/http/detail/request_slots.hpp>
#include <ousage/io/http/detail/request_text.hpp>
#include <ousage/io/http/http_client.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/this_coro.hpp>

#include <utility>

namespace OUSAGE_NAMESPACE::io {

struct HttpClient::State {
    State(Url const& server, HttpLimits size_limits, std::size_t parallel)
        : base(connectable(server)), limits(size_limits), slots(parallel) {}

    asio::awaitable<Result<HttpResponse>> send_observed(HttpRequest request);
    asio::awaitable<Result<HttpResponse>> send(HttpRequest request);
    asio::awaitable<Result<HttpResponse>> send_text(std::string text, bool to_head);

    Result<HttpResponse> conclude(
        std::unique_ptr<detail::Connection> connection, asio::any_io_executor const& executor,
        HttpResponseReader& reader, std::optional<Failure> const& failure);

    Url base;
    HttpObserver observer;
    HttpLimits limits;
    std::optional<Proxy> proxy;
    detail::RequestSlots slots;
    detail::TlsContext tls;
    detail::ConnectionPool idle;
};

namespace detail {

inline asio::awaitable<std::optional<Failure>>
exchange(Connection& connection, std::string const& text, HttpResponseReader& reader) {
    auto const unsent = co_await connection.write(text);
    if (unsent) {
        co_return unsent;
    }
    co_return co_await connection.read(reader);
}

} // namespace detail

OUSAGE_DECL HttpClient::HttpClient(Url base, HttpLimits limits, std::size_t parallel)
    : state_(std::make_unique<State>(base, limits, parallel)) {}

OUSAGE_DECL HttpClient::HttpClient(HttpClient&& other) noexcept = default;
OUSAGE_DECL HttpClient& HttpClient::operator=(HttpClient&& other) noexcept = default;
OUSAGE_DECL HttpClient::~HttpClient() = default;

OUSAGE_DECL Url const& HttpClient::base() const noexcept {
    return state_->base;
}

OUSAGE_DECL void HttpClient::use_proxy(std::optional<Proxy> proxy) {
    state_->proxy = std::move(proxy);
}

OUSAGE_DECL void HttpClient::observe(HttpObserver observer) {
    state_->observer = std::move(observer);
}

OUSAGE_DECL asio::awaitable<Result<HttpResponse>> HttpClient::send(HttpRequest request) {
    return state_->observer ? state_->send_observed(std::move(request))
                            : state_->send(std::move(request));
}

OUSAGE_DECL asio::awaitable<Result<HttpResponse>>
HttpClient::State::send_observed(HttpRequest request) {
    auto const target = request.target;
    auto const start = std::chrono::steady_clock::now();
    auto response = co_await send(std::move(request));
    if (response) {
        observer(target, std::chrono::steady_clock::now() - start);
    }
    co_return response;
}

OUSAGE_DECL asio::awaitable<Result<HttpResponse>> HttpClient::State::send(HttpRequest request) {
    auto text = detail::request_text(request, base);
    if (!text) {
        co_return Result<HttpResponse>(Errc::send, "the request contains a forbidden character");
    }
    auto const slot = co_await slots.acquire();
    co_return co_await send_text(std::move(*text), request.method == "HEAD");
}

OUSAGE_DECL asio::awaitable<Result<HttpResponse>>
HttpClient::State::send_text(std::string text, bool to_head) {
    auto const executor = co_await asio::this_coro::executor;
    if (auto connection = idle.take()) {
        auto reader = HttpResponseReader(to_head, limits);
        auto const failure = co_await detail::exchange(*connection, text, reader);
        if (!failure || reader.started()) {
            co_return conclude(std::move(connection), executor, reader, failure);
        }
        // The server closed the idle connection before responding. Retry once on a new connection;
        // repeated retries could send a request that crashes the server again and again.
    }
    auto connection = std::make_unique<detail::Connection>(executor);
    auto const not_open = co_await connection->open(base, tls, proxy);
    if (not_open) {
        co_return *not_open;
    }
    auto reader = HttpResponseReader(to_head, limits);
    auto const failure = co_await detail::exchange(*connection, text, reader);
    co_return conclude(std::move(connection), executor, reader, failure);
}

// Returns the response. Keeps the connection for the next request if it can be reused.
OUSAGE_DECL Result<HttpResponse> HttpClient::State::conclude(
    std::unique_ptr<detail::Connection> connection, asio::any_io_executor const& executor,
    HttpResponseReader& reader, std::optional<Failure> const& failure) {
    if (failure) {
        return *failure;
    }
    if (connection->reusable()) {
        idle.keep(std::move(connection), executor);
    }
    return std::move(reader.response());
}

} // namespace OUSAGE_NAMESPACE::io
