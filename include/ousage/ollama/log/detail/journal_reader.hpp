#pragma once

#include <ousage/config.hpp>

#if OUSAGE_WITH_SYSTEMD

#    include <ousage/core/outcome.hpp>
#    include <ousage/io/file/journal.hpp>
#    include <ousage/ollama/log/detail/single_log.hpp>
#    include <ousage/ollama/log/log_history.hpp>
#    include <ousage/ollama/log/log_observer.hpp>
#    include <ousage/ollama/log/log_zone.hpp>

#    include <chrono>
#    include <optional>
#    include <stop_token>
#    include <string>
#    include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reads one journal. Each poll resumes where the last one stopped.
class JournalReader {
public:
    JournalReader(JournalUnit unit, LogZone zone, LogObserver observer)
        : unit_(std::move(unit)), log_(std::move(zone), std::move(observer)) {}

    Outcome<ServerLog> poll(std::chrono::sys_seconds now, std::stop_token const& stop) {
        auto outcome = Outcome<ServerLog>{};
        log_.begin(now);
        if (!journal_) {
            auto opened = io::Journal::open(unit_.name, unit_.directory);
            if (!opened) {
                outcome.fail({}, opened.failure());
                return outcome;
            }
            journal_.emplace(std::move(*opened));
            journal_->seek(now - LogHistory{}.period);
        }
        if (auto failure = read(stop)) {
            outcome.fail({}, std::move(*failure));
        }
        log_.publish(
            now, !stop.stop_requested(), "no message of " + unit_.name + " in the journal",
            outcome);
        return outcome;
    }

private:
    std::optional<Failure> read(std::stop_token const& stop) {
        auto message = std::string{};
        journal_->wait(std::chrono::milliseconds(0)); // finds files that journald has created
        while (!stop.stop_requested()) {
            auto const more = journal_->next(message);
            if (!more) {
                return more.failure();
            }
            if (!*more) {
                break;
            }
            log_.feed(message += '\n');
        }
        if (!stop.stop_requested()) {
            log_.settle();
        }
        return std::nullopt;
    }

    JournalUnit unit_;
    SingleLog log_;
    std::optional<io::Journal> journal_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail

#endif
