#pragma once

#include "example/exporter/exporter_options.hpp"
#include "example/exporter/exporter_pages.hpp"
#include "example/exporter/http/server.hpp"
#include "example/exporter/web_site.hpp"
#include <ousage/format/prometheus/exporter_facts.hpp>

#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::program {

/// Returns the limits of the server: the options, and at most half of the descriptors as
/// connections, because a probe needs more than that of its client.
http::Limits server_limits(ExporterOptions const& options);

/// The pages of the exporter over HTTP. Used on one thread.
class ExporterServer final : http::Handler {
public:
    /// Listens on the addresses of the options. Throws if it cannot, with the address. All
    /// arguments must outlive the server, which must outlive the execution of `context`.
    ExporterServer(
        asio::io_context& context, ExporterOptions const& options, WebSiteFile& site, Pages& pages);

    /// Stops accepting connections. Open ones end after their current response.
    void close() { server_.close(); }

    /// Returns the number of open connections.
    std::size_t connections() const noexcept { return server_.size(); }

    /// Cancels polls that requests wait for. Those requests receive the values available so far.
    void cancel_pending();

    /// Returns the numbers of requests and of dropped connections. Those that can occur in normal
    /// operation are there from the start, as 0. `start` is 0.
    ExporterFacts facts() const;

    /// Writes the numbers of dropped clients and failed logins since the last call as events.
    void log_clients();

    /// Returns the listen addresses for messages.
    std::vector<std::string> const& addresses() const noexcept { return addresses_; }

private:
    asio::awaitable<http::Response> respond(http::Request const& request) override;
    asio::awaitable<http::Response> compute(http::Request const& request);
    asio::awaitable<PageResponse> respond_later(PageRequest request);

    WebSiteFile& site_;
    Pages& pages_;
    std::size_t max_pending_; // requests whose response is being computed
    std::map<std::pair<std::string_view, int>, std::uint64_t> requests_; // by handler and status
    std::uint64_t failed_logins_ = 0;
    std::uint64_t logged_logins_ = 0; // failed logins of earlier events
    std::map<std::string, std::uint64_t> logged_drops_;
    std::list<asio::cancellation_signal> pending_;
    http::Server server_;
    std::vector<std::string> addresses_;
};

} // namespace ousage::program
