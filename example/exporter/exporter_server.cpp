#include "example/exporter/exporter_server.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/ip/address.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <system_error>
#include <utility>

namespace ousage::program {

namespace {

using asio::ip::tcp;

// Leaves connections for the clients that wait for no probe.
std::size_t pending_limit(ExporterOptions const& options) {
    auto const most = std::max<std::size_t>(server_limits(options).connections * 3 / 4, 1);
    return options.max_requests == 0 ? most : std::min(options.max_requests, most);
}

// Listens on the configured address. Without one: on all addresses, of IPv4 only if there is no
// IPv6.
tcp::endpoint listen(http::Server& server, ExporterOptions const& options) {
    if (!options.address.empty()) {
        auto const address = asio::ip::make_address(options.address);
        return server.listen({address, options.port}, false);
    }
    try {
        return server.listen({tcp::v6(), options.port}, true);
    } catch (std::system_error const& error) {
        if (error.code() != std::errc::address_family_not_supported) {
            throw;
        }
    }
    return server.listen({tcp::v4(), options.port}, false);
}

std::string to_text(tcp::endpoint const& endpoint) {
    auto const address = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" +
           std::to_string(endpoint.port());
}

PageRequest page_request(http::Request const& request) {
    auto const parts = http::split_target(request.target);
    auto page = PageRequest{};
    page.method = request.is_head ? "HEAD" : "GET";
    page.path = std::string(parts.path);
    page.query = std::string(parts.query);
    page.accept = request.accept;
    page.accept_encoding = request.accept_encoding;
    page.scrape_timeout = request.scrape_timeout;
    return page;
}

// Adds the headers of every response, and those of the page.
http::Response to_response(PageResponse page, WebSite const& site) {
    auto response = http::Response();
    response.status = page.status;
    response.content_type = std::move(page.content_type);
    response.fields = site.fields;
    response.body = std::move(page.body);
    if (page.is_gzip) {
        response.fields += "Content-Encoding: gzip\r\n";
    }
    if (page.varies) {
        response.fields += "Vary: Accept, Accept-Encoding\r\n";
    }
    if (page.status == 401) {
        response.fields += "WWW-Authenticate: Basic\r\n";
    }
    return response;
}

} // namespace

http::Limits server_limits(ExporterOptions const& options) {
    auto limits = http::Limits();
    limits.connections = options.max_connections;
    auto descriptors = rlimit{};
    if (::getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
        limits.connections =
            std::clamp<std::size_t>(descriptors.rlim_cur / 2, 1, limits.connections);
    }
    limits.receive = options.client_timeout;
    limits.idle = 6 * options.client_timeout;
    return limits;
}

ExporterServer::ExporterServer(
    asio::io_context& context, ExporterOptions const& options, WebSiteFile& site, Pages& pages)
    : site_(site),
      pages_(pages),
      max_pending_(pending_limit(options)),
      server_(context, *this, server_limits(options), [&site] { return site.now()->tls; }),
      address_(to_text(listen(server_, options))) {}

asio::awaitable<http::Response> ExporterServer::respond(http::Request const& request) {
    auto const site = site_.now();
    if (request.refusal != 0) {
        auto response = http::refusal_response(request.refusal);
        response.fields += site->fields;
        co_return response;
    }
    if (!site->limiter->permit(std::chrono::steady_clock::now())) {
        co_return to_response(plain_response(429, "too many requests"), *site);
    }
    auto result = site->users->recall(request.authorization);
    if (result == http::LoginResult::unknown) {
        result = co_await site->users->verify(request.authorization, request.client);
    }
    if (result != http::LoginResult::good) {
        auto const is_busy = result == http::LoginResult::busy;
        auto refused = plain_response(
            is_busy ? 503 : 401, is_busy ? "too many concurrent logins" : "unauthorized");
        co_return to_response(std::move(refused), *site);
    }
    auto page = page_request(request);
    auto response = pages_.respond(page);
    if (!response && pending_.size() >= max_pending_) {
        response = plain_response(503, "too many concurrent requests");
    } else if (!response) {
        response = co_await respond_later(std::move(page));
    }
    co_return to_response(std::move(*response), *site);
}

// Runs the poll with a signal of its own, which cancels it when the exporter stops.
asio::awaitable<PageResponse> ExporterServer::respond_later(PageRequest request) {
    auto const executor = co_await asio::this_coro::executor;
    auto const signal = pending_.emplace(pending_.end());
    auto response = plain_response(500, "internal error");
    try {
        auto work = pages_.respond_later(std::move(request));
        auto token = asio::bind_cancellation_slot(signal->slot(), asio::use_awaitable);
        response = co_await asio::co_spawn(executor, std::move(work), token);
    } catch (std::exception const&) {
        response.status = 500;
    }
    pending_.erase(signal);
    co_return response;
}

void ExporterServer::cancel_pending() {
    for (auto& signal : pending_) {
        signal.emit(asio::cancellation_type::terminal);
    }
}

} // namespace ousage::program
