#include "example/exporter/exporter_target.hpp"

#include "example/exporter/identity.hpp"
#include "example/exporter/log.hpp"
#include "example/exporter/target_name.hpp"
#include "example/history/polled_history.hpp"
#include <ousage/core/enum_name.hpp>
#include <ousage/core/source_report.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/format/prometheus.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <list>
#include <system_error>
#include <utility>

namespace ousage::program {

namespace {

double seconds_now() {
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration<double>(std::chrono::duration_cast<std::chrono::milliseconds>(now))
        .count();
}

// No poll takes longer, whatever the deadlines of its sources are.
constexpr auto poll_limit = std::chrono::minutes(2);

// Stores the history on a thread, so that a slow disk delays no scrape.
asio::awaitable<void> store_history(
    std::shared_ptr<HistoryRecorder> history, std::string target, bool log_is_whole,
    std::uint64_t inferences) {
    auto const failure = co_await record_history(std::move(history), log_is_whole, inferences);
    if (failure) {
        log_event(
            LogLevel::warn, "the history cannot be stored",
            {{"target", target}, {"error", to_string(*failure)}});
    }
}

using Timers = std::list<asio::steady_timer*>;

// The registration of a timer that the end of a poll cancels.
class PollWait {
public:
    PollWait(Timers& all, asio::steady_timer& timer)
        : all_(all), position_(all.insert(all.end(), &timer)) {}

    PollWait(PollWait const&) = delete;
    PollWait& operator=(PollWait const&) = delete;

    ~PollWait() { all_.erase(position_); }

private:
    Timers& all_;
    Timers::iterator position_;
};

} // namespace

// A poll, shared by all callers that wait for it.
struct Target::Run {
    explicit Run(asio::any_io_executor const& executor) : deadline(executor, poll_limit) {}

    asio::steady_timer deadline;
    Timers waiting;              // of the coroutines that wait for its end
    bool is_ended_early = false; // the last of them stopped waiting
    bool has_ended = false;
};

// Ends the poll in progress, also by an exception.
class Target::PollEnd {
public:
    explicit PollEnd(Target& target) : target_(target) {}

    PollEnd(PollEnd const&) = delete;
    PollEnd& operator=(PollEnd const&) = delete;

    ~PollEnd() { target_.end_poll(); }

private:
    Target& target_;
};

Target::Target(
    ollama::Account const& account, ollama::Configuration const& configuration,
    Target const* earlier)
    : account_(account),
      now_(configuration.now),
      calendar_(configuration.calendar),
      history_(earlier != nullptr ? earlier->history_ : new_history()) {
    auto observers = ollama::Observers{};
    if (account.base_url) {
        observers.server = std::make_shared<ollama::LocalApiCache>(*account.base_url);
        observers.server->client.observe(
            [activity =
                 history_.activity](std::string const& target, std::chrono::nanoseconds elapsed) {
                activity->record_response(target, elapsed);
            });
    }
    observers.log = ollama::LogTally::observer(history_.tally);
    if (configuration.history_db && HistoryStore::is_supported && !history_.recorder) {
        history_.recorder =
            std::make_shared<HistoryRecorder>(*configuration.history_db, account_, now_);
        history_.recent = std::make_shared<RecentHours>(*configuration.history_db, account_, now_);
    }
    if (history_.recorder) {
        observers.log = history_.recorder->observer(account_.log_history, std::move(observers.log));
    }
    observers.cloud = [activity = history_.activity](bool has_responded) {
        activity->record_cloud(has_responded);
    };
    auto polled = configuration;
    polled.is_polled = true;
    source_ = ollama::snapshot(account_, polled, observers);
}

Target::History Target::new_history() {
    return {
        .tally = std::make_shared<ollama::LogTally>(),
        .activity = std::make_shared<ollama::Activity>(seconds_now())};
}

bool Target::can_continue(ollama::Account const& account) const {
    return account.id == account_.id && account.base_url == account_.base_url &&
           account.logs_dir == account_.logs_dir && account.default_logs == account_.default_logs &&
           account.log_files == account_.log_files && account.journal == account_.journal;
}

// All callers wait for one poll. A burst of probes sends the requests of one, the values of an
// older poll never replace newer ones, and no caller shortens the poll of another.
asio::awaitable<bool> Target::poll(std::chrono::nanoseconds limit) {
    auto const executor = co_await asio::this_coro::executor;
    co_await asio::this_coro::throw_if_cancelled(false);
    auto const end = std::chrono::steady_clock::now() +
                     std::chrono::duration_cast<std::chrono::steady_clock::duration>(limit);
    auto timer = asio::steady_timer(executor);
    auto ignored = std::error_code();
    for (;;) {
        auto const run = run_ ? run_ : start_poll(executor);
        auto const is_too_late = run->is_ended_early; // this caller needs the next poll
        auto const wait = PollWait(run->waiting, timer);
        timer.expires_at(end);
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        if (!run->has_ended && run->waiting.size() == 1) {
            run->is_ended_early = true;
            run->deadline.expires_after(std::chrono::seconds(0));
        } else if (!run->has_ended || !is_too_late) {
            co_return run->has_ended;
        }
        while (!run->has_ended) {
            timer.expires_at(std::chrono::steady_clock::time_point::max());
            co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        if (!is_too_late) {
            co_return true;
        }
    }
}

asio::awaitable<bool> Target::poll_regularly() {
    history_.is_polled_regularly = true;
    return poll(poll_limit);
}

std::shared_ptr<Target::Run> Target::start_poll(asio::any_io_executor const& executor) {
    run_ = std::make_shared<Run>(executor);
    asio::co_spawn(executor, run_poll(shared_from_this(), run_), asio::detached);
    return run_;
}

asio::awaitable<void> Target::run_poll(std::shared_ptr<Target> target, std::shared_ptr<Run> run) {
    auto is_kept = false;
    {
        auto const end = PollEnd(*target);
        auto outcome = Outcome<ollama::Snapshot>{};
        co_await collect_until(*target->source_, run->deadline, outcome);
        is_kept = target->keep(std::move(outcome), !run->is_ended_early);
    }
    auto const& history = target->history_;
    if (is_kept && history.recorder) {
        auto const log_is_whole = has_read_log(history.snapshot);
        auto const inferences = history.activity->inference();
        co_await store_history(history.recorder, target->id(), log_is_whole, inferences);
        co_await read_history(target, log_is_whole);
    }
}

// Combines the log with the database on a thread, for the charts.
asio::awaitable<void> Target::read_history(std::shared_ptr<Target> target, bool log_is_whole) {
    auto answer = co_await read_recent_hours(
        target->history_.recent, target->history_.recorder, log_is_whole);
    if (!answer) {
        co_return;
    }
    if (answer->failure) {
        log_event(
            LogLevel::warn, "the history cannot be read",
            {{"target", target->id()}, {"error", to_string(*answer->failure)}});
    }
    target->history_.hours = std::move(answer->hours);
    target->view_.reset();
}

void Target::end_poll() {
    auto const run = std::exchange(run_, nullptr);
    run->has_ended = true;
    for (auto* const timer : run->waiting) {
        timer->cancel();
    }
}

// A client must not decide what others receive: if this target is polled regularly, a poll that its
// clients ended early counts nothing.
bool Target::keep(Outcome<ollama::Snapshot> outcome, bool is_complete) {
    if (!is_complete && history_.is_polled_regularly) {
        early_ = std::move(outcome.value);
        return false;
    }
    history_.activity->observe(outcome, history_.tally->totals(), now_());
    if (is_complete) {
        log_changes(outcome.value);
    }
    early_.reset();
    history_.snapshot = std::move(outcome.value);
    history_.down_since = down_since(history_.snapshot, history_.down_since);
    history_.polled = std::chrono::steady_clock::now();
    ++history_.polls;
    return true;
}

View const& Target::view(std::chrono::seconds interval, bool show_account) {
    if (!view_ || view_->first != history_.polls) {
        auto context = ViewContext{};
        context.server = account_.base_url ? io::authority(*account_.base_url) : "";
        context.show_account = show_account;
        context.interval = interval;
        context.down_since = history_.down_since;
        context.last_request = history_.activity->last_inference();
        auto snapshot = without_identity(history_.snapshot);
        days_ =
            history_days(history_.hours, snapshot.daily_series, calendar_, snapshot.timestamp.at);
        use_history(days_, snapshot.daily_series);
        view_.emplace(history_.polls, make_view(snapshot, context));
        mark_history(days_, view_->second.history);
    }
    return view_->second;
}

// Writes an event for each source whose state differs from that of its last event. The first poll
// has none: only failures are written then. Writes at most 20 changes at once, and one a minute,
// because a client can cause many polls. A change that is not written is compared again later.
void Target::log_changes(ollama::Snapshot const& next) {
    for (auto const& report : next.sources) {
        auto const previous = history_.logged.find(report.name);
        auto const is_new = previous == history_.logged.end();
        if (!is_new && previous->second == report.state) {
            continue;
        }
        if (!is_new && !history_.events.permit(std::chrono::steady_clock::now())) {
            continue;
        }
        auto const from = is_new ? std::string("none") : std::string(enum_name(previous->second));
        history_.logged[report.name] = report.state;
        auto const has_failed = report.state == State::partial || report.state == State::timeout ||
                                report.state == State::error;
        // A target that is no account has its URL as id: clients choose it.
        auto const is_account = id() != url();
        auto const level = has_failed && is_account ? LogLevel::warn
                           : is_new || !is_account  ? LogLevel::debug
                                                    : LogLevel::info;
        log_event(
            level, "a source changed its state",
            {{"target", id()},
             {"source", report.name},
             {"from", from},
             {"to", std::string(enum_name(report.state))},
             {"error", report.error.value_or("")}});
    }
}

Observation Target::observation() const {
    auto observation = Observation{};
    observation.snapshot = &history_.snapshot;
    observation.activity = history_.activity.get();
    observation.age_seconds = history_.polls > 0 ? std::optional(age().count()) : std::nullopt;
    observation.now = seconds_now();
    return observation;
}

std::string Target::exposition(
    ExpositionFormat format, io::ProcessFacts const* process, ExporterFacts const* exporter) const {
    auto observed = observation();
    observed.process = process;
    observed.exporter = exporter;
    observed.has_zeros = process != nullptr; // not for the many series of many targets
    return to_exposition({&observed, 1}, format);
}

std::string Target::probe_exposition(ExpositionFormat format) const {
    auto observed = observation();
    if (early_) {
        observed.snapshot = &*early_;
        observed.age_seconds = 0;
    }
    return to_exposition({&observed, 1}, format);
}

Targets::Targets(ollama::Configuration configuration, std::vector<std::string> allowed) {
    reload(std::move(configuration));
    for (auto const& pattern : allowed) {
        if (auto text = canonical_pattern(pattern)) {
            allowed_.push_back(std::move(*text));
        }
    }
}

ReloadedTargets Targets::reload(ollama::Configuration configuration) {
    auto changes = ReloadedTargets{};
    auto const earlier = std::exchange(by_name_, {});
    configured_.clear();
    for (auto const& account : configuration.accounts) {
        auto const known = earlier.find(account.id);
        auto const is_same = known != earlier.end() && known->second->account() == account;
        auto const is_kept = known != earlier.end() && known->second->can_continue(account);
        auto const* const continued = is_kept ? known->second.get() : nullptr;
        auto target =
            is_same ? known->second : std::make_shared<Target>(account, configuration, continued);
        ++(is_kept ? changes.kept : changes.added);
        by_name_.emplace(account.id, target);
        configured_.push_back(std::move(target));
    }
    changes.removed = earlier.size() - std::min(earlier.size(), changes.kept);
    configuration_ = std::move(configuration);
    configuration_.history_db.reset(); // not for servers given only by URL
    // A server given only by URL must not receive our key and cookie.
    configuration_.environment = [](char const*) { return std::optional<std::string>(); };
    return changes;
}

bool Targets::is_allowed(std::string const& url) const {
    return std::any_of(allowed_.begin(), allowed_.end(), [&url](std::string const& pattern) {
        return matches_pattern(pattern, url);
    });
}

std::shared_ptr<Target> Targets::find(std::string const& name) {
    if (auto const known = by_name_.find(name); known != by_name_.end()) {
        return known->second;
    }
    auto const url = canonical_target(name);
    if (!url) {
        return nullptr;
    }
    for (auto const& target : configured_) {
        if (canonical_target(target->url()) == url) {
            return target;
        }
    }
    // A target must not contain a wildcard itself.
    if (url->find('*') != url->npos || !is_allowed(*url)) {
        return nullptr;
    }
    auto const same = [&url](auto const& other) { return other.first == *url; };
    auto const known = std::find_if(others_.begin(), others_.end(), same);
    if (known != others_.end()) {
        others_.splice(others_.begin(), others_, known);
    } else {
        // A remote server has no files on this machine.
        auto account = ollama::Account{};
        account.id = *url;
        account.base_url = *io::parse_url(*url);
        account.timeout = configuration_.accounts[0].timeout;
        account.timeouts = configuration_.accounts[0].timeouts;
        others_.emplace_front(*url, std::make_shared<Target>(account, configuration_));
        if (others_.size() > remembered) {
            others_.pop_back();
        }
    }
    return others_.front().second;
}

} // namespace ousage::program
