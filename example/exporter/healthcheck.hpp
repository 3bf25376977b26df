#pragma once

#include "example/exporter/exporter_options.hpp"

namespace ousage::program {

/// Requests /-/healthy of the exporter that runs with the same options, on its first listen
/// address; of an exporter that listens on all addresses, on loopback. Ends the process, within
/// about three seconds: with 0 if that exporter is healthy, else with 1 after one line on standard
/// error.
///
/// The options contain no password, so 401 is a healthy response if there are users, as is the
/// rejection of the client if it needs a certificate, and 429 if there is a rate limit.
[[noreturn]] void end_with_health(ExporterOptions const& options);

} // namespace ousage::program
