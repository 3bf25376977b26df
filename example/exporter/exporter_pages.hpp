#pragma once

#include "example/exporter/exporter_target.hpp"
#include "example/exporter/http/rate_limiter.hpp"
#include <ousage/format/prometheus/exporter_facts.hpp>

#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::program {

/// The parts of a request that the pages use.
struct PageRequest {
    std::string method;          ///< such as GET
    std::string path;            ///< without the query
    std::string query;           ///< after the `?`
    std::string accept;          ///< header Accept
    std::string accept_encoding; ///< header Accept-Encoding
    std::string scrape_timeout;  ///< header X-Prometheus-Scrape-Timeout-Seconds
    bool shows_identity = false; ///< the client may see who owns the account and the device
};

/// A response. The body is shared by all scrapes that receive it.
struct PageResponse {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::shared_ptr<std::string> body;
    bool is_gzip = false;                ///< the body is compressed
    bool varies = false;                 ///< depends on Accept and Accept-Encoding
    std::string_view cache_control = {}; ///< header Cache-Control; empty: none
};

/// Returns a plain text response with that status.
PageResponse plain_response(int status, std::string text);

/// Returns the fixed paths of all pages but that of the metrics.
std::span<std::string_view const> page_paths();

/// The pages of the exporter, independent of the HTTP server. Used on one thread.
class Pages {
public:
    /// Creates the pages of `targets`. `interval` is the poll interval of the own server.
    Pages(
        std::shared_ptr<Targets> targets, std::chrono::nanoseconds interval,
        std::string metrics_path = "/metrics");

    /// Adds facts about the exporter to the metrics. `facts` is called for each new exposition.
    void show_exporter(std::function<ExporterFacts()> facts) { facts_ = std::move(facts); }

    /// Returns the name of the page at a path, from a fixed set; `other` if there is none.
    std::string_view handler_of(std::string_view path) const;

    /// Returns the response if it is available immediately; else nothing: use `respond_later`.
    std::optional<PageResponse> respond(PageRequest const& request);

    /// Polls a target for /probe, or waits for the first poll of the own server.
    asio::awaitable<PageResponse> respond_later(PageRequest request);

private:
    bool needs_poll(PageRequest const& request) const;
    std::vector<std::shared_ptr<Target>> accounts_of(PageRequest const& request) const;
    std::optional<PageResponse> respond_by_path(PageRequest const& request);

    struct CachedPage {
        PageResponse response;
        std::uint64_t polls = 0;
        std::chrono::steady_clock::time_point made;
    };

    asio::awaitable<void> wait_for_first_poll(PageRequest request);
    PageResponse metrics(PageRequest const& request);
    PageResponse snapshot(PageRequest const& request) const;
    PageResponse view(PageRequest const& request) const;
    std::optional<PageResponse> file(PageRequest const& request);
    std::chrono::nanoseconds interval_of(Target const& target) const;
    PageResponse sd() const;
    PageResponse ready() const;
    void log_refusal(std::string const& target);
    std::shared_ptr<Target> target_of(PageRequest const& request, PageResponse& refusal);

    std::shared_ptr<Targets> targets_;
    std::chrono::nanoseconds interval_;
    std::string metrics_path_;
    std::function<ExporterFacts()> facts_;
    http::RateLimiter refusal_events_{std::chrono::seconds(1), 10};
    std::array<std::optional<CachedPage>, 4> cached_;            // by format and encoding
    std::map<std::pair<std::string, bool>, PageResponse> files_; // by path and encoding
};

} // namespace ousage::program
