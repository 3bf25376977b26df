#pragma once

#include <ousage/config.hpp>

#if OUSAGE_WITH_SYSTEMD

#    include <ousage/core/outcome.hpp>
#    include <ousage/io/file/journal.hpp>
#    include <ousage/ollama/log/detail/interim_report.hpp>
#    include <ousage/ollama/log/detail/single_log.hpp>
#    include <ousage/ollama/log/log_history.hpp>
#    include <ousage/ollama/log/log_observer.hpp>
#    include <ousage/ollama/log/log_zone.hpp>

#    include <chrono>
#    include <cstddef>
#    include <optional>
#    include <stop_token>
#    include <string>
#    include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// How much of a journal one poll reads.
struct JournalLimits {
    std::size_t messages = 1'000'000;
    std::chrono::milliseconds time = std::chrono::seconds(2);
};

// Reads one journal. Each poll resumes where the last one stopped.
class JournalReader {
public:
    JournalReader(JournalUnit unit, LogZone zone, LogObserver observer, JournalLimits limits = {})
        : unit_(std::move(unit)), log_(std::move(zone), std::move(observer)), limits_(limits) {}

    Outcome<ServerLog>
    poll(std::chrono::sys_seconds now, std::stop_token const& stop, InterimReport interim = {}) {
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
        has_read_all_ = false;
        if (auto failure = read(now, stop, interim)) {
            outcome.fail({}, std::move(*failure));
        }
        log_.publish(
            now, has_read_all_, "no message of " + unit_.name + " in the journal", outcome);
        return outcome;
    }

private:
    // Stops at the limits, because the first poll may find any number of messages.
    std::optional<Failure>
    read(std::chrono::sys_seconds now, std::stop_token const& stop, InterimReport& interim) {
        constexpr std::size_t clock_step = 256; // messages
        auto const until = std::chrono::steady_clock::now() + limits_.time;
        auto message = std::string{};
        journal_->wait(std::chrono::milliseconds(0)); // finds files that journald has created
        for (std::size_t count = 0; !stop.stop_requested(); ++count) {
            auto const is_late =
                count % clock_step == clock_step - 1 && std::chrono::steady_clock::now() >= until;
            if (count == limits_.messages || is_late) {
                log_.settle();
                return Failure{
                    {},
                    make_error_code(Errc::timeout),
                    "the journal was not read to its end; the next poll continues"};
            }
            auto const more = journal_->next(message);
            if (!more) {
                return more.failure();
            }
            if (!*more) {
                has_read_all_ = true;
                log_.settle();
                break;
            }
            log_.feed(message += '\n');
            if (count % clock_step == 0) {
                interim.offer([this, now] { return log_.so_far(now); });
            }
        }
        return std::nullopt;
    }

    JournalUnit unit_;
    SingleLog log_;
    JournalLimits limits_;
    bool has_read_all_ = false; // at this poll
    std::optional<io::Journal> journal_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail

#endif
