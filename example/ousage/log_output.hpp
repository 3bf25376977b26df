#pragma once

#include "example/ousage/options.hpp"
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/engine_tasks.hpp>
#include <ousage/ollama/log/log_summary.hpp>

#include <cstdint>
#include <string_view>

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

    /// Processes one line that is no entry. Only a summary without a filter counts the engine's.
    void line(std::string_view text, std::uint64_t) {
        if (sums_all_) {
            read_engine(text);
        }
    }

    /// Call after the last entry: writes the summary if requested.
    void finish(ollama::LogCounts const& counts);

private:
    void read_engine(std::string_view text);
    void filter(ollama::AccessEntry const& entry);
    bool is_wanted(ollama::AccessEntry const& entry) const;

    LogOptions const& options_;
    Format format_;
    bool has_filter_;
    bool sums_all_;
    ollama::LogSummarizer summarizer_;
    ollama::EngineTasks tasks_;
};

} // namespace ousage::program
