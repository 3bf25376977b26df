#pragma once

#include "example/ousage/options.hpp"
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/log_summary.hpp>

namespace ousage::program {

/// Writes selected entries to standard output, or summarizes them.
class LogOutput {
public:
    /// Days follow `calendar`.
    LogOutput(LogOptions const& options, Format format, Calendar calendar);

    /// Processes one entry.
    void operator()(ollama::AccessEntry const& entry) {
        if (sums_all_) {
            summarizer_.add(entry);
        } else {
            filter(entry);
        }
    }

    /// Call after the last entry: writes the summary if requested.
    void finish(ollama::LogCounts const& counts);

private:
    void filter(ollama::AccessEntry const& entry);
    bool is_wanted(ollama::AccessEntry const& entry) const;

    LogOptions const& options_;
    Format format_;
    bool has_filter_;
    bool sums_all_;
    ollama::LogSummarizer summarizer_;
};

} // namespace ousage::program
