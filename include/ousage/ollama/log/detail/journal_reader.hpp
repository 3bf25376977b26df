#pragma once

#include <ousage/config.hpp>

#if OUSAGE_WITH_SYSTEMD

#    include <ousage/core/clock.hpp>
#    include <ousage/io/file/journal.hpp>
#    include <ousage/ollama/log/access_log.hpp>
#    include <ousage/ollama/log/detail/log_source.hpp>
#    include <ousage/ollama/log/detail/request_sink.hpp>
#    include <ousage/ollama/log/log_history.hpp>
#    include <ousage/ollama/log/log_observer.hpp>
#    include <ousage/ollama/log/log_zone.hpp>
#    include <ousage/ollama/log/request_windows.hpp>

#    include <chrono>
#    include <optional>
#    include <stop_token>
#    include <string>
#    include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// Reads one journal. Each poll resumes where the last one stopped.
class JournalReader {
public:
    JournalReader(JournalUnit unit, LogZone zone, LogObserver observer)
        : unit_(std::move(unit)),
          zone_(std::move(zone)),
          observer_(std::move(observer)),
          log_(zone_.of_lines(), zone_.forced.has_value()) {}

    Outcome<ServerLog> poll(std::chrono::sys_seconds now, std::stop_token const& stop) {
        auto outcome = Outcome<ServerLog>{};
        if (!journal_) {
            auto opened = io::Journal::open(unit_.name, unit_.directory);
            if (!opened) {
                outcome.fail({}, opened.failure());
                return outcome;
            }
            journal_.emplace(std::move(*opened));
            journal_->seek(now - LogHistory{}.period);
            windows_.emplace(now, zone_.calendar);
        }
        if (auto failure = read(stop)) {
            outcome.fail({}, std::move(*failure));
        }
        if (observer_.polled) {
            observer_.polled({log_.counts(), log_.counts().bytes, 0, !stop.stop_requested()});
        }
        if (log_.counts().lines == 0) {
            if (outcome.failures.empty()) {
                outcome.absent("no message of " + unit_.name + " in the journal");
            }
            return outcome;
        }
        publish_requests(*windows_, now, outcome.value);
        auto const& counts = log_.counts();
        outcome.value.log.log_lines = counts.lines;
        outcome.value.log.log_lines_unparsed = counts.unparsed;
        outcome.value.log.log_bytes = counts.bytes;
        return outcome;
    }

private:
    std::optional<Failure> read(std::stop_token const& stop) {
        auto const sink = RequestSink{*windows_, observer_};
        auto message = std::string{};
        while (!stop.stop_requested()) {
            auto const more = journal_->next(message);
            if (!more) {
                return more.failure();
            }
            if (!*more) {
                break;
            }
            log_.feed(message += '\n', sink);
        }
        log_.flush(sink);
        log_.settle_zone(sink);
        return std::nullopt;
    }

    JournalUnit unit_;
    LogZone zone_;
    LogObserver observer_;
    AccessLog log_;
    std::optional<io::Journal> journal_;
    std::optional<RequestWindows> windows_;
};

} // namespace detail

} // namespace OUSAGE_NAMESPACE::ollama

#endif
