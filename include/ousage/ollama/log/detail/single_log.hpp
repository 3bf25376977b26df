#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/detail/engine_dater.hpp>
#include <ousage/ollama/log/detail/engine_reader.hpp>
#include <ousage/ollama/log/detail/request_sink.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/log_zone.hpp>
#include <ousage/ollama/log/request_windows.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The entries and windows of a log that is read once from its beginning to its end, such as the
// journal or standard input.
class SingleLog {
public:
    SingleLog(LogZone zone, LogObserver observer)
        : zone_(std::move(zone)),
          observer_(std::move(observer)),
          log_(zone_.of_lines(), zone_.forced.has_value()) {}

    // Begins a poll at `now`.
    void begin(std::chrono::sys_seconds now) {
        if (!windows_) {
            windows_.emplace(now, zone_.calendar);
            engine_.emplace(now, zone_.calendar, observer_);
        }
        windows_->set_now(now);
        engine_->set_now(now);
    }

    void feed(std::string_view bytes) { log_.feed(bytes, sink()); }

    // Everything that is available was read.
    void settle() {
        log_.flush(sink());
        log_.settle_zone(sink());
        auto undated = std::vector<std::pair<std::chrono::sys_seconds, EngineRecord>>{};
        dater_.append_undated(undated);
        engine_->set_undated(undated);
    }

    // The log has ended.
    void finish() {
        log_.finish(sink());
        engine_->set_undated({});
        engine_->finish(dater_);
    }

    // Ends a poll. `missing` is the note if the log has no line.
    void publish(
        std::chrono::sys_seconds now, bool caught_up, std::string missing,
        Outcome<ServerLog>& into) {
        auto const& counts = log_.counts();
        if (observer_.polled) {
            observer_.polled({counts, counts.bytes, 0, caught_up, engine_->progress()});
        }
        if (counts.lines == 0) {
            if (into.failures.empty() && caught_up) {
                into.absent(std::move(missing));
            }
            return;
        }
        publish(now, into.value);
    }

    // Returns the outcome of what a poll has read so far.
    Outcome<ServerLog> so_far(std::chrono::sys_seconds now) {
        auto outcome = Outcome<ServerLog>{};
        if (log_.counts().lines > 0) {
            publish(now, outcome.value);
        }
        return outcome;
    }

private:
    void publish(std::chrono::sys_seconds now, ServerLog& into) {
        auto const& counts = log_.counts();
        publish_requests(*windows_, now, counts, into);
        engine_->publish(now, into);
        into.log.log_lines = counts.lines;
        into.log.log_lines_unparsed = counts.unparsed;
        into.log.log_bytes = counts.bytes;
    }

    RequestSink sink() { return {*windows_, observer_, *engine_, dater_}; }

    LogZone zone_;
    LogObserver observer_;
    AccessLog log_;
    std::optional<RequestWindows> windows_;
    std::optional<EngineReader> engine_;
    EngineDater dater_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
