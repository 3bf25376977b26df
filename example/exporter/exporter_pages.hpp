#pragma once

#include "example/exporter/exporter_target.hpp"

#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>

#include <array>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>

namespace ousage::program {

/// What the pages need to know of a request.
struct PageRequest {
    std::string method;          ///< such as GET
    std::string path;            ///< without the query
    std::string query;           ///< behind the `?`
    std::string accept;          ///< header
    std::string accept_encoding; ///< header
    std::string scrape_timeout;  ///< header X-Prometheus-Scrape-Timeout-Seconds
};

/// An answer. The body is shared, so that it is made once for many scrapes.
struct PageAnswer {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::shared_ptr<std::string> body;
    bool is_gzip = false; ///< the body is compressed
    bool varies = false;  ///< by Accept and Accept-Encoding
};

/// A short text of that status.
PageAnswer plain_answer(int status, std::string text);

/// The pages of the exporter; knows no sockets. Used on one thread.
class Pages {
public:
    /// Pages of these targets, whose own server is polled at that interval.
    Pages(std::shared_ptr<Targets> targets, std::chrono::nanoseconds interval);

    /// The answer, where it is there at once; else nothing, and `answer_later` has it.
    std::optional<PageAnswer> answer(PageRequest const& request);

    /// Asks a target first, /probe, or waits for the first poll of the own server.
    asio::awaitable<PageAnswer> answer_later(PageRequest request);

private:
    struct Kept {
        PageAnswer answer;
        std::uint64_t polls = 0;
        std::chrono::steady_clock::time_point made;
    };

    asio::awaitable<void> wait_for_first_poll(std::chrono::nanoseconds limit);
    PageAnswer metrics(PageRequest const& request);
    PageAnswer snapshot() const;
    PageAnswer sd() const;
    PageAnswer ready() const;
    PageAnswer front_page() const;
    std::shared_ptr<Target> target_of(PageRequest const& request, PageAnswer& refusal);

    std::shared_ptr<Targets> targets_;
    std::chrono::nanoseconds interval_;
    std::array<std::optional<Kept>, 4> kept_; // by format and encoding
};

} // namespace ousage::program
