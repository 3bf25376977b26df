#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/http/http_message.hpp>
#include <ousage/io/http/proxy.hpp>
#include <ousage/io/http/url.hpp>

#include <asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// Called with the target of each request that received a response, and the elapsed time.
using HttpObserver =
    std::function<void(std::string const& target, std::chrono::nanoseconds elapsed)>;

/// HTTP/1.1 client for one server. Keeps connections alive between requests: for up to 60 seconds,
/// and all clients of an io_context together for up to a quarter of the descriptors of the process
/// when it created the first one. Each io_context has
/// its own connections, and runs at most `parallel` requests concurrently, whoever sends them;
/// further requests wait in order of arrival. May be used from several io_contexts, also if they
/// run on different threads; in each of them, use it on one thread or strand. Follows no redirects
/// and never logs or reports header values. Must outlive its requests. May be moved while it runs
/// no request.
class HttpClient {
public:
    /// Creates a client of the server at `base`, whose path is a prefix of every target. `parallel`
    /// is at least 1.
    explicit HttpClient(Url base, HttpLimits limits = {}, std::size_t parallel = 4);

    HttpClient(HttpClient&& other) noexcept;
    HttpClient& operator=(HttpClient&& other) noexcept;
    ~HttpClient();

    /// Returns the server's URL with the address to connect to.
    Url const& base() const noexcept;

    /// Opens new connections through this proxy, with CONNECT; `nullopt` means directly. Not
    /// concurrently with requests.
    void use_proxy(std::optional<Proxy> proxy);

    /// Adds these headers to each request, such as credentials. Not concurrently with requests.
    void use_headers(std::vector<Header> headers);

    /// Sends one request and reads the whole response, whatever its status. A failure has the code
    /// of its stage: resolve, connect, tls, send, receive, parse or limit. Requests no content
    /// coding; a 2xx response that has one is a parse failure that names it. Cancellation closes
    /// the connection, or ends the wait for other requests, and throws `operation_aborted`.
    asio::awaitable<Result<HttpResponse>> send(HttpRequest request);

    /// Sets the function to call after each request that receives a response. The elapsed time
    /// starts with the call of `send`. The function must not send requests. It is called on the
    /// thread of the request. Not concurrently with requests.
    void observe(HttpObserver observer);

private:
    struct State;

    std::unique_ptr<State> state_;
};

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/http/impl/http_client.hpp>
#endif
