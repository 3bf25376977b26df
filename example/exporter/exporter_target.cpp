#include "example/exporter/exporter_target.hpp"

#include "example/exporter/identity.hpp"
#include "example/exporter/log.hpp"
#include "example/exporter/target_name.hpp"
#include <ousage/core/enum_name.hpp>
#include <ousage/core/source_report.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/format/prometheus.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>

#include <asio/redirect_error.hpp>
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

// The registration of a timer that the end of a poll cancels.
class JoinedPoll {
public:
    JoinedPoll(std::list<asio::steady_timer*>& all, asio::steady_timer& timer)
        : all_(all), position_(all.insert(all.end(), &timer)) {}

    JoinedPoll(JoinedPoll const&) = delete;
    JoinedPoll& operator=(JoinedPoll const&) = delete;

    ~JoinedPoll() { all_.erase(position_); }

private:
    std::list<asio::steady_timer*>& all_;
    std::list<asio::steady_timer*>::iterator position_;
};

} // namespace

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

Target::Target(ollama::Account const& account, ollama::Configuration const& configuration)
    : account_(account),
      now_(configuration.now),
      tally_(std::make_shared<ollama::LogTally>()),
      activity_(std::make_shared<ollama::Activity>(seconds_now())) {
    auto observers = ollama::Observers{};
    if (account.base_url) {
        observers.server = std::make_shared<ollama::LocalApiCache>(*account.base_url);
        observers.server->client.observe(
            [activity = activity_](std::string const& target, std::chrono::nanoseconds elapsed) {
                activity->record_response(target, elapsed);
            });
    }
    observers.log = ollama::LogTally::observer(tally_);
    observers.cloud = [activity = activity_](bool has_responded) {
        activity->record_cloud(has_responded);
    };
    source_ = ollama::snapshot(account_, configuration, observers);
}

// The first caller polls, and all others wait until it has. A burst of probes sends the requests of
// one, and the values of an older poll never replace newer ones.
asio::awaitable<bool> Target::poll(std::chrono::nanoseconds limit) {
    if (is_polling_) {
        co_return co_await join_poll(limit);
    }
    is_polling_ = true;
    auto const end = PollEnd(*this);
    auto outcome = Outcome<ollama::Snapshot>{};
    auto const bounded = with_timeout(
        *source_, std::chrono::duration_cast<std::chrono::steady_clock::duration>(limit));
    co_await bounded.collect(outcome);
    activity_->observe(outcome, tally_->totals(), now_());
    log_changes(outcome.value);
    snapshot_ = std::move(outcome.value);
    remember_down();
    polled_ = std::chrono::steady_clock::now();
    ++polls_;
    co_return true;
}

asio::awaitable<bool> Target::join_poll(std::chrono::nanoseconds limit) {
    auto const executor = co_await asio::this_coro::executor;
    auto const polls = polls_;
    auto timer = asio::steady_timer(executor);
    timer.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(limit));
    auto const joined = JoinedPoll(joined_, timer);
    auto ignored = std::error_code();
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_return polls_ != polls;
}

void Target::end_poll() {
    is_polling_ = false;
    for (auto* const timer : joined_) {
        timer->cancel();
    }
}

void Target::remember_down() {
    auto const state = header_view(snapshot_, {}).state;
    if (state != ServerState::down) {
        down_since_.reset();
    } else if (!down_since_) {
        down_since_ = snapshot_.timestamp;
    }
}

View const& Target::view(std::chrono::seconds interval, bool show_account) {
    if (!view_ || view_->first != polls_) {
        auto context = ViewContext{};
        context.server = account_.base_url ? io::authority(*account_.base_url) : "";
        context.show_account = show_account;
        context.interval = interval;
        context.down_since = down_since_;
        context.last_request = activity_->last_inference();
        view_.emplace(polls_, make_view(without_identity(snapshot_), context));
    }
    return view_->second;
}

// Writes an event for each source whose state differs from that of the previous poll. The first
// poll has none: only failures are written then.
void Target::log_changes(ollama::Snapshot const& next) const {
    for (auto const& report : next.sources) {
        auto const same = [&report](SourceReport const& other) {
            return other.name == report.name;
        };
        auto const& earlier = snapshot_.sources;
        auto const previous = std::find_if(earlier.begin(), earlier.end(), same);
        auto const is_new = previous == earlier.end();
        if (!is_new && previous->state == report.state) {
            continue;
        }
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
             {"from", is_new ? std::string("none") : std::string(enum_name(previous->state))},
             {"to", std::string(enum_name(report.state))},
             {"error", report.error.value_or("")}});
    }
}

std::string Target::exposition(
    ExpositionFormat format, io::ProcessFacts const* process, ExporterFacts const* exporter) const {
    auto observation = Observation{};
    observation.snapshot = &snapshot_;
    observation.activity = activity_.get();
    observation.process = process;
    observation.exporter = exporter;
    observation.has_zeros = process != nullptr; // not for the many series of many targets
    observation.age_seconds = polls_ > 0 ? std::optional(age().count()) : std::nullopt;
    observation.now = seconds_now();
    return to_exposition({&observation, 1}, format);
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
        auto target = is_same ? known->second : std::make_shared<Target>(account, configuration);
        ++(is_same ? changes.kept : changes.added);
        by_name_.emplace(account.id, target);
        configured_.push_back(std::move(target));
    }
    changes.removed = earlier.size() - std::min(earlier.size(), changes.kept);
    configuration_ = std::move(configuration);
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
