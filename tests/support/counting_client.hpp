#pragma once

#include "raw_http.hpp"
#include <ousage/io/http/http_response.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::test {

/// A request to send.
struct ClientRequest {
    std::string method, target; ///< as in the request line
    std::string body{};         ///< usually JSON
    std::string host = "localhost";
    std::string forwarded_for{}; ///< client address for X-Forwarded-For, as set by a proxy
    std::string decoded{};       ///< the target as it appears in the log, if different
};

/// A request that was sent, as seen by the client.
struct RecordedRequest {
    std::string method, path, query;
    std::string client = "127.0.0.1";
    int status = 0;                     ///< 0: the client closed the connection before the response
    std::chrono::nanoseconds elapsed{}; ///< until the end of the connection; 0: not measured

    /// Returns `chat`, `generate`, `embed` or `other`. A second, independent copy of the mapping in
    /// the log reader.
    std::string_view kind() const {
        static std::map<std::string_view, std::string_view> const kinds{
            {"/api/chat", "chat"},         {"/v1/chat/completions", "chat"},
            {"/v1/responses", "chat"},     {"/v1/messages", "chat"},
            {"/api/generate", "generate"}, {"/v1/completions", "generate"},
            {"/api/embed", "embed"},       {"/api/embeddings", "embed"},
            {"/v1/embeddings", "embed"}};
        auto const found = kinds.find(path);
        return method == "POST" && found != kinds.end() ? found->second : "other";
    }

    std::string target() const { return path + (query.empty() ? "" : "?") + query; }
};

/// A request in progress.
class Exchange {
public:
    Exchange(unsigned short port, ClientRequest request)
        : request_(std::move(request)),
          start_(std::chrono::steady_clock::now()),
          connection_(port),
          reader_(request_.method == "HEAD") {
        auto const& forwarded = request_.forwarded_for;
        connection_.send(
            request_.method + " " + request_.target + " HTTP/1.1\r\nHost: " + request_.host +
            "\r\nConnection: close\r\n" +
            (forwarded.empty() ? "" : "X-Forwarded-For: " + forwarded + "\r\n") +
            "Content-Length: " + std::to_string(request_.body.size()) + "\r\n\r\n" + request_.body);
    }

    /// Reads until the connection closes, which happens after the server has written its log line.
    io::HttpResponse finish() {
        while (receive()) {
        }
        reader_.finish();
        elapsed_ = std::chrono::steady_clock::now() - start_;
        if (!reader_.done()) {
            throw std::runtime_error("no response: " + reader_.failure().value().text);
        }
        return reader_.response();
    }

    /// Reads until the body has `wanted` lines; the body must not end earlier.
    void read_lines(std::ptrdiff_t wanted) {
        auto const& body = reader_.response().body;
        while (std::count(body.begin(), body.end(), '\n') < wanted) {
            if (!receive() || reader_.done()) {
                throw std::runtime_error("the stream ended: " + body);
            }
        }
    }

    void close() { connection_.close(); }

    ClientRequest const& request() const { return request_; }

    /// Returns the status; 0 if no response was received yet.
    int status() { return reader_.response().status; }

    /// Returns the time from connecting to the end of the connection; 0 if the end was not awaited.
    std::chrono::nanoseconds elapsed() const { return elapsed_; }

private:
    bool receive() {
        auto bytes = std::string{};
        auto const more = connection_.receive(bytes);
        reader_.feed(bytes);
        return more;
    }

    ClientRequest request_;
    std::chrono::steady_clock::time_point start_;
    std::chrono::nanoseconds elapsed_{};
    RawConnection connection_;
    io::HttpResponseReader reader_;
};

/// A client that records every request that must appear in an access log.
class CountingClient {
public:
    explicit CountingClient(unsigned short port) : port_(port) {}

    /// Sends one request and reads the response, including a stream, until the connection closes.
    io::HttpResponse send(ClientRequest const& request) {
        return send_concurrently({request}).front();
    }

    /// The same for several concurrent requests.
    std::vector<io::HttpResponse> send_concurrently(std::vector<ClientRequest> const& all) {
        auto exchanges = std::vector<Exchange>{};
        for (auto const& request : all) {
            exchanges.emplace_back(port_, request);
        }
        auto responses = std::vector<io::HttpResponse>{};
        for (std::size_t index = 0; index < all.size(); ++index) {
            responses.push_back(exchanges[index].finish());
            auto const elapsed = exchanges[index].elapsed();
            record(all[index], responses.back().status, elapsed);
        }
        return responses;
    }

    /// Sends a request that must not appear in the log, because the server responds before routing.
    io::HttpResponse send_unlogged(ClientRequest const& request) {
        return Exchange(port_, request).finish();
    }

    /// Sends a request; the caller reads the response later or never.
    Exchange start(ClientRequest const& request) { return Exchange(port_, request); }

    /// Closes the connection, even if the response is incomplete.
    void hang_up(Exchange& exchange) {
        exchange.close();
        record(exchange.request(), exchange.status(), {});
    }

    /// Records a request of this or another client.
    void record(ClientRequest const& request, int status, std::chrono::nanoseconds elapsed) {
        auto const& target = request.decoded.empty() ? request.target : request.decoded;
        auto const mark = std::min(target.find('?'), target.size());
        auto const rest = std::min(mark + 1, target.size());
        auto const& forwarded = request.forwarded_for;
        ledger_.push_back(
            {request.method, target.substr(0, mark), target.substr(rest),
             forwarded.empty() ? "127.0.0.1" : forwarded, status, elapsed});
    }

    std::vector<RecordedRequest> const& ledger() const { return ledger_; }

    /// Completes the ledger. `find_status(request)` returns the status of a request whose response
    /// the client did not receive. It returns 0 if the request was not processed; such requests are
    /// removed.
    template <class FindStatus>
    void settle(FindStatus&& find_status) {
        std::erase_if(ledger_, [&find_status](RecordedRequest& request) {
            request.status = request.status == 0 ? find_status(request) : request.status;
            return request.status == 0;
        });
    }

private:
    unsigned short port_;
    std::vector<RecordedRequest> ledger_;
};

} // namespace ousage::test
