#include "example/exporter/exporter_server.hpp"

#include "example/exporter/http/systemd_sockets.hpp"
#include "example/exporter/identity.hpp"
#include "example/exporter/log.hpp"
#include <ousage/io/platform/descriptor_limit.hpp>
#include <ousage/ollama/model/environment.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/ip/address.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace ousage::program {

namespace {

using asio::ip::tcp;

// Leaves connections for the clients that wait for no probe, and descriptors for all: a probe needs
// up to four. A target is not down because there are too few of them.
std::size_t pending_limit(ExporterOptions const& options) {
    auto const most = std::max<std::size_t>(
        std::min(server_limits(options).connections * 3 / 4, io::descriptor_limit() / 16), 1);
    return options.max_requests == 0 ? most : std::min(options.max_requests, most);
}

// Listens on all addresses, of IPv4 only if there is no IPv6.
tcp::endpoint listen_everywhere(http::Server& server, unsigned short port) {
    try {
        return server.listen({tcp::v6(), port}, true);
    } catch (std::system_error const& error) {
        if (error.code() != std::errc::address_family_not_supported) {
            throw;
        }
    }
    return server.listen({tcp::v4(), port}, false);
}

// Returns an address of a host, of IPv4 if it has any, as Go's net.Listen selects it.
asio::ip::address resolve(asio::io_context& context, std::string const& host) {
    auto error = std::error_code();
    auto const address = asio::ip::make_address(host, error);
    if (!error) {
        return address;
    }
    auto resolver = tcp::resolver(context);
    auto const found = resolver.resolve(host, "0");
    for (auto const& entry : found) {
        if (entry.endpoint().address().is_v4()) {
            return entry.endpoint().address();
        }
    }
    return found.begin()->endpoint().address();
}

tcp::endpoint
listen(asio::io_context& context, http::Server& server, ListenAddress const& listening) {
    if (listening.host.empty() || listening.host == "::") {
        return listen_everywhere(server, listening.port);
    }
    return server.listen({resolve(context, listening.host), listening.port}, false);
}

std::string to_text(tcp::endpoint const& endpoint) {
    auto const address = endpoint.address().to_string();
    return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" +
           std::to_string(endpoint.port());
}

std::vector<std::string> listen_on_systemd_sockets(http::Server& server) {
    auto const value = [](char const* name) { return ollama::process_environment(name); };
    auto const descriptors =
        http::systemd_sockets(value("LISTEN_PID"), value("LISTEN_FDS"), ::getpid());
    if (descriptors.empty()) {
        throw std::runtime_error("--web.systemd-socket: systemd passed no socket");
    }
    auto texts = std::vector<std::string>();
    for (auto const descriptor : descriptors) {
        texts.push_back(to_text(server.listen_on(descriptor)));
    }
    return texts;
}

std::vector<std::string>
listen_all(asio::io_context& context, http::Server& server, ExporterOptions const& options) {
    if (options.systemd_socket) {
        return listen_on_systemd_sockets(server);
    }
    auto texts = std::vector<std::string>();
    for (auto const& listening : listen_addresses(options)) {
        try {
            texts.push_back(to_text(listen(context, server, listening)));
        } catch (std::system_error const& error) {
            throw std::runtime_error(
                listening.host + ":" + std::to_string(listening.port) + ": " + error.what());
        }
    }
    return texts;
}

// True if the request comes from this machine, or only from clients that were authenticated.
bool shows_identity(http::Request const& request, WebConfig const& web) {
    return !web.users.empty() ||
           (web.tls && web.tls->client_auth_type == "RequireAndVerifyClientCert") ||
           is_local(request);
}

PageRequest page_request(http::Request const& request, WebConfig const& web) {
    auto const parts = http::split_target(request.target);
    auto page = PageRequest{};
    page.method = request.is_head ? "HEAD" : "GET";
    page.path = std::string(parts.path);
    page.query = std::string(parts.query);
    page.accept = request.accept;
    page.accept_encoding = request.accept_encoding;
    page.scrape_timeout = request.scrape_timeout;
    page.shows_identity = shows_identity(request, web);
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
    if (!page.cache_control.empty()) {
        response.fields.append("Cache-Control: ").append(page.cache_control).append("\r\n");
    }
    if (page.status == 401) {
        response.fields += "WWW-Authenticate: Basic\r\n";
    }
    return response;
}

} // namespace

http::Limits server_limits(ExporterOptions const& options) {
    auto limits = http::Limits();
    limits.connections =
        std::clamp<std::size_t>(io::descriptor_limit() / 2, 1, options.max_connections);
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
      addresses_(listen_all(context, server_, options)) {
    for (auto const* const handler :
         {"metrics", "probe", "snapshot", "sd", "healthy", "ready", "index", "view"}) {
        requests_[{handler, 200}] = 0;
    }
    for (auto const& [handler, status] :
         {std::pair("metrics", 401), std::pair("metrics", 503), std::pair("probe", 401),
          std::pair("probe", 403), std::pair("probe", 503), std::pair("ready", 503),
          std::pair("other", 400), std::pair("other", 404)}) {
        requests_[{handler, status}] = 0;
    }
}

void ExporterServer::log_clients() {
    auto const dropped = facts().dropped;
    auto const since = [&](char const* reason) {
        auto const count = dropped.at(reason) - logged_drops_[reason];
        return count == 0 ? std::string() : std::to_string(count);
    };
    auto const late = since("late"), evicted = since("evicted"), failed = since("failed");
    if (!late.empty() || !evicted.empty() || !failed.empty()) {
        log_event(
            LogLevel::warn, "dropped clients",
            {{"late", late}, {"evicted", evicted}, {"failed", failed}});
    }
    logged_drops_ = dropped;
    auto const logins = failed_logins_ - std::exchange(logged_logins_, failed_logins_);
    if (logins > 0) {
        log_event(LogLevel::warn, "failed logins", {{"count", std::to_string(logins)}});
    }
}

ExporterFacts ExporterServer::facts() const {
    auto facts = ExporterFacts();
    for (auto const& [key, count] : requests_) {
        facts.requests[{std::string(key.first), key.second}] = count;
    }
    auto const& dropped = server_.connections().dropped();
    facts.dropped["late"] = dropped.late;
    facts.dropped["idle"] = dropped.idle;
    facts.dropped["evicted"] = dropped.evicted;
    facts.dropped["failed"] = server_.failed();
    return facts;
}

asio::awaitable<http::Response> ExporterServer::respond(http::Request const& request) {
    auto response = co_await compute(request);
    auto const is_refused = request.refusal != 0;
    auto const handler = is_refused ? std::string_view("other")
                                    : pages_.handler_of(http::split_target(request.target).path);
    ++requests_[{handler, response.status}];
    co_return response;
}

asio::awaitable<http::Response> ExporterServer::compute(http::Request const& request) {
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
        // Without a header, a browser asks for a password.
        failed_logins_ += is_busy || request.authorization.empty() ? 0u : 1u;
        auto refused = plain_response(
            is_busy ? 503 : 401, is_busy ? "too many concurrent logins" : "unauthorized");
        co_return to_response(std::move(refused), *site);
    }
    auto page = page_request(request, site->config);
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
