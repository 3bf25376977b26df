#pragma once

#include "example/ousage/options.hpp"
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/log_summary.hpp>

namespace ousage::program {

/// Where entries go: those that are wanted to standard output, or into a summary.
class LogOutput {
public:
    /// Days are those of `calendar`.
    LogOutput(LogOptions const& options, Format format, Calendar calendar);

    /// Takes one entry.
    void operator()(ollama::AccessEntry const& entry) {
        if (sums_all_) {
            summarizer_.add(entry);
        } else {
            sift(entry);
        }
    }

    /// Everything was taken: writes the summary, if one is wanted.
    void finish(ollama::LogCounts const& counts);

private:
    void sift(ollama::AccessEntry const& entry);
    bool is_wanted(ollama::AccessEntry const& entry) const;

    LogOptions const& options_;
    Format format_;
    bool has_filter_;
    bool sums_all_;
    ollama::LogSummarizer summarizer_;
};

} // namespace ousage::program
