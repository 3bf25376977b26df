#pragma once

#include <ousage/io/http/detail/connection_pool.hpp>
#include <ousage/io/http/detail/http_line.hpp>
#include <ousage/io/http/detail/request_text.hpp>
#include <ousage/io/http/http_client.hpp>

#include <asio/this_coro.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

struct HttpClient::State {
    State(Url const& server, HttpLimits size_limits, std::size_t parallel)
        : base(connectable(server)), limits(size_limits), connections(parallel) {}

    asio::awaitable<Result<HttpResponse>> send_observed(HttpRequest request);
    asio::awaitable<Result<HttpResponse>> send(HttpRequest request);
    asio::awaitable<Result<HttpResponse>> send_text(
        std::string text, bool to_head, HttpLimits response_limits,
        detail::ContextConnections& mine);

    Result<HttpResponse> conclude(
        std::unique_ptr<detail::Connection> connection, detail::ContextConnections& mine,
        HttpResponseReader& reader, std::optional<Failure> const& failure);

    Url base;
    HttpObserver observer;
    HttpLimits limits;
    std::optional<Proxy> proxy;
    std::vector<Header> headers;
    detail::TlsContext tls;
    detail::ConnectionPool connections;
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

// Returns the failure for a body that is compressed although no coding was requested. Bodies of
// other statuses are rarely read, and the status itself is more useful.
inline std::optional<Failure> check_coding(HttpResponse const& response) {
    auto const coded = [](Header const& header) {
        return same_name(header.name, "Content-Encoding") && !header.value.empty() &&
               !same_name(header.value, "identity");
    };
    auto const& headers = response.headers;
    auto const found = std::find_if(headers.begin(), headers.end(), coded);
    if (response.status > 299 || found == headers.end()) {
        return std::nullopt;
    }
    auto const name = is_token(found->value) ? found->value.substr(0, 32) : "of several names";
    return Failure{
        {},
        make_error_code(Errc::parse),
        "the response has the content coding " + name + ", which was not requested"};
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

OUSAGE_DECL void HttpClient::use_headers(std::vector<Header> headers) {
    state_->headers = std::move(headers);
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
    request.headers.insert(request.headers.end(), headers.begin(), headers.end());
    auto text = detail::request_text(request, base);
    if (!text) {
        co_return Result<HttpResponse>(Errc::send, "the request contains a forbidden character");
    }
    auto const executor = co_await asio::this_coro::executor;
    auto const mine = connections.in(executor);
    auto const slot = co_await mine->slots.acquire();
    auto response_limits = limits;
    response_limits.body_bytes = std::min(limits.body_bytes, request.body_limit);
    co_return co_await send_text(
        std::move(*text), request.method == "HEAD", response_limits, *mine);
}

OUSAGE_DECL asio::awaitable<Result<HttpResponse>> HttpClient::State::send_text(
    std::string text, bool to_head, HttpLimits response_limits, detail::ContextConnections& mine) {
    auto const executor = co_await asio::this_coro::executor;
    if (auto connection = connections.take(mine)) {
        auto reader = HttpResponseReader(to_head, response_limits);
        auto const failure = co_await detail::exchange(*connection, text, reader);
        // 408 on a reused connection is about its idle time, not about this request.
        auto const idle_end = !failure && reader.response().status == 408;
        if (!idle_end && (!failure || reader.started())) {
            co_return conclude(std::move(connection), mine, reader, failure);
        }
        // The server closed the idle connection before responding. Retry once on a new connection;
        // repeated retries could send a request that crashes the server again and again.
    }
    auto connection = std::make_unique<detail::Connection>(executor);
    auto const not_open = co_await connection->open(base, tls, proxy);
    if (not_open) {
        co_return *not_open;
    }
    auto reader = HttpResponseReader(to_head, response_limits);
    auto const failure = co_await detail::exchange(*connection, text, reader);
    co_return conclude(std::move(connection), mine, reader, failure);
}

// Returns the response. Keeps the connection for the next request if it can be reused.
OUSAGE_DECL Result<HttpResponse> HttpClient::State::conclude(
    std::unique_ptr<detail::Connection> connection, detail::ContextConnections& mine,
    HttpResponseReader& reader, std::optional<Failure> const& failure) {
    if (failure) {
        return *failure;
    }
    if (connection->reusable()) {
        connections.keep(mine, std::move(connection));
    }
    if (auto coded = detail::check_coding(reader.response())) {
        return std::move(*coded);
    }
    return std::move(reader.response());
}

} // namespace OUSAGE_NAMESPACE::io
