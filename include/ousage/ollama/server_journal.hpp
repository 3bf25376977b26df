#pragma once

#if OUSAGE_WITH_SYSTEMD

#    include <ousage/core/offload.hpp>
#    include <ousage/core/source.hpp>
#    include <ousage/io/journal.hpp>
#    include <ousage/ollama/access_log.hpp>
#    include <ousage/ollama/configuration.hpp>
#    include <ousage/ollama/request_windows.hpp>
#    include <ousage/ollama/server_log_reader.hpp>

#    include <chrono>
#    include <memory>
#    include <mutex>
#    include <optional>
#    include <stop_token>
#    include <string>
#    include <utility>

namespace ousage::ollama {

namespace detail {

// One journal, read on where the last poll stopped.
class JournalReader {
public:
    JournalReader(JournalUnit unit, LogZone zone, LogObserver observer)
        : unit_(std::move(unit)),
          zone_(std::move(zone)),
          observer_(std::move(observer)),
          log_(zone_.calendar, zone_.forced) {}

    Outcome<ServerLog> poll(std::chrono::sys_seconds now, std::stop_token const& stop) {
        auto const lock = std::lock_guard(mutex_);
        auto outcome = Outcome<ServerLog>{};
        if (!journal_) {
            auto opened = io::Journal::open(unit_.name, unit_.folder);
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
        windows_->forget(now);
        auto const& counts = log_.counts();
        outcome.value.requests = windows_->ask(now);
        outcome.value.log = {
            outcome.value.requests.one_day.requests, counts.lines, counts.unparsed, counts.bytes};
        outcome.value.daily_series["requests"] = windows_->daily(now);
        outcome.value.requests_from = "server_log";
        return outcome;
    }

private:
    std::optional<Failure> read(std::stop_token const& stop) {
        auto const sink = [this](AccessEntry const& entry) {
            auto const route = route_of_quoted(entry.line.method, entry.line.quoted_path);
            windows_->add(entry.time, route, entry.line.status, entry.line.latency_ns);
            if (observer_.entry) {
                observer_.entry(entry, route);
            }
        };
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

    std::mutex mutex_;
    JournalUnit unit_;
    LogZone zone_;
    LogObserver observer_;
    AccessLog log_;
    std::optional<io::Journal> journal_;
    std::optional<RequestWindows> windows_;
};

struct JournalPoll {
    std::shared_ptr<JournalReader> reader;
    std::chrono::sys_seconds now;

    Outcome<ServerLog> operator()(std::stop_token const& stop) const {
        return reader->poll(now, stop);
    }
};

inline asio::awaitable<void>
collect_journal(std::shared_ptr<JournalReader> reader, Now now, Outcome<ServerLog>& into) {
    auto poll = JournalPoll{std::move(reader), now()};
    into = co_await offload(std::move(poll));
}

} // namespace detail

/// The source `server_log` from the systemd journal: the unit's messages of the last eight days,
/// and at each further collection what is new. `absent` where the unit wrote none. The observer
/// sees every entry.
inline Source<ServerLog>
server_journal(JournalUnit unit, LogZone zone, Now now, LogObserver observer = {}) {
    auto reader = std::make_shared<detail::JournalReader>(
        std::move(unit), std::move(zone), std::move(observer));
    auto collect = [reader = std::move(reader), now = std::move(now)](Outcome<ServerLog>& into) {
        return detail::collect_journal(reader, now, into);
    };
    return Source<ServerLog>("server_log", std::move(collect));
}

} // namespace ousage::ollama

#endif
