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

    /// Accepts no more connections.
    virtual void close() = 0;

    /// How many requests wait for their answer.
    virtual std::size_t waiting() const = 0;

    /// Ends the polls on which requests wait, which are then answered with what is there.
    virtual void hurry() = 0;

    /// Where it listens, for people.
    virtual std::string where() const = 0;
};

/// Starts it on that context, which one thread runs; throws where it cannot listen. All three
/// outlive it.
std::unique_ptr<ExporterServer> start_server(
    asio::io_context& context, ExporterOptions const& options, WebSiteFile& site, Pages& pages);

} // namespace ousage::program
