#pragma once

#include "example/exporter/exporter_options.hpp"
#include "example/exporter/exporter_pages.hpp"
#include "example/exporter/web_site.hpp"

#include <asio/io_context.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace ousage::program {

/// The HTTP server of the exporter.
class ExporterServer {
public:
    virtual ~ExporterServer() = default;

    /// Stops accepting connections.
    virtual void close() = 0;

    /// Returns the number of requests without a response.
    virtual std::size_t pending() const = 0;

    /// Cancels polls that requests wait for. Those requests receive the values available so far.
    virtual void cancel_pending() = 0;

    /// Returns the listen address for messages.
    virtual std::string address() const = 0;
};

/// Starts the server on `context`, which must run on one thread. Throws if it cannot listen. All
/// arguments must outlive the server.
std::unique_ptr<ExporterServer> start_server(
    asio::io_context& context, ExporterOptions const& options, WebSiteFile& site, Pages& pages);

} // namespace ousage::program
