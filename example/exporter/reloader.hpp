#pragma once

#include "example/exporter/exporter_options.hpp"
#include "example/exporter/exporter_target.hpp"
#include "example/exporter/web_site.hpp"
#include <ousage/format/prometheus/exporter_facts.hpp>

#include <chrono>

namespace ousage::program {

/// Reads the accounts file and the web configuration again, as on SIGHUP. Used on one thread. All
/// arguments must outlive it.
class Reloader {
public:
    Reloader(ExporterOptions const& options, Targets& targets, WebSiteFile& site);

    /// Applies both files, each of them only if it is valid, and reports the result as an event.
    /// Accounts whose server and log did not change keep their counters. Returns true if both are
    /// valid.
    bool reload();

    /// Stores the result of the last load, and the time of the last successful one.
    void report(ExporterFacts& into) const;

private:
    Result<ReloadedTargets> reload_targets();

    ExporterOptions const& options_;
    Targets& targets_;
    WebSiteFile& site_;
    bool are_accounts_valid_ = true; // at the last load
    std::chrono::system_clock::time_point success_ = std::chrono::system_clock::now();
};

} // namespace ousage::program
