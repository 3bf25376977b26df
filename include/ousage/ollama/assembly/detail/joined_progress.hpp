#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/log_observer.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns the progress of two logs, of which `now` is read and `before` was read before it. Every
// count is a sum, so that none falls when another log is read.
inline LogProgress joined(LogProgress const& before, LogProgress now) {
    now.add_counters(before);
    auto& engine = now.engine;
    engine.lines += before.engine.lines;
    engine.last_line = std::max(engine.last_line, before.engine.last_line);
    engine.newest_open_task += engine.newest_open_task > 0 ? before.engine.started_tasks : 0;
    engine.started_tasks += before.engine.started_tasks;
    return now;
}

// Joins the progress of the journal and that of log files, of which one is read at a time.
// Thread-safe.
class JoinedProgress {
public:
    using Receiver = std::function<void(LogProgress const&)>;

    explicit JoinedProgress(Receiver receiver) : receiver_(std::move(receiver)) {}

    // Files of which nothing was read are no log: the journal is read then.
    void files_polled(LogProgress const& progress) {
        auto const lock = std::lock_guard(mutex_);
        if (progress.bytes > 0) {
            files_ = progress;
            receiver_(joined(journal_, files_));
        }
    }

    void journal_polled(LogProgress const& progress) {
        auto const lock = std::lock_guard(mutex_);
        journal_ = progress;
        receiver_(joined(files_, journal_));
    }

private:
    Receiver receiver_;
    std::mutex mutex_;
    LogProgress files_;
    LogProgress journal_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
