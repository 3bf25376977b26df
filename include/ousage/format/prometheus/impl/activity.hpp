#pragma once

#include <ousage/core/enum_name.hpp>
#include <ousage/core/error.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>
#include <ousage/ollama/runners/runners_part.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// The API path that a part of the local API source requests; empty if the part is unknown.
inline std::string_view endpoint_of_part(std::string_view part) {
    static constexpr std::pair<std::string_view, std::string_view> parts[] = {
        {"version", "/api/version"}, {"status", "/api/status"}, {"account", "/api/status"},
        {"tags", "/api/tags"},       {"ps", "/api/ps"},         {"show", "/api/show"},
        {"me", "/api/me"},
    };
    for (auto const& [name, endpoint] : parts) {
        if (part == name || (part.starts_with(name) && part[name.size()] == '.')) {
            return endpoint;
        }
    }
    return {};
}

// A model that is being unloaded has an `expires_at` that has just passed. That is no inference.
inline bool
has_moved(Timestamp const& earlier, Timestamp const& later, std::chrono::sys_seconds now) {
    return is_before(earlier, later) && later.at >= now;
}

// Returns whether the engine processes were listed. The source is absent if there is none.
inline bool has_listed_engines(Snapshot const& snapshot) {
    auto const is_absent = [](SourceReport const& report) {
        return report.name == SourceTraits<RunnerState>::name && report.state == State::absent;
    };
    return snapshot.metrics.runner.runners_total ||
           std::any_of(snapshot.sources.begin(), snapshot.sources.end(), is_absent);
}

// Returns whether the requests of every engine process were counted.
inline bool has_counted_requests(Snapshot const& snapshot) {
    return std::all_of(snapshot.runners.begin(), snapshot.runners.end(), [](Runner const& runner) {
        return runner.active_requests.has_value();
    });
}

// The stage of a failure as a label; `other` if the code is not an `Errc`.
inline std::string_view error_kind(std::error_code const& code) {
    auto const is_ours = code.category() == error_category();
    auto const name = is_ours ? enum_name(static_cast<Errc>(code.value())) : std::string_view{};
    return name.empty() ? "other" : name;
}

} // namespace detail

OUSAGE_DECL void Activity::observe(
    Outcome<Snapshot> const& outcome, RequestTotals log, std::chrono::sys_seconds now) {
    count_errors(outcome);
    auto const earlier_inference = inference();
    auto const had_models = loaded_ && !loaded_->empty();
    update_log(std::move(log), now);
    auto const& snapshot = outcome.value;
    if (snapshot.metrics.server.models_total) {
        installed_.clear();
        for (auto const& model : snapshot.models) {
            installed_.insert(model.name);
        }
    }
    auto const is_running =
        snapshot.metrics.server.loaded_models && update_loaded(snapshot.loaded_models, now);
    auto const has_ended = inference() > earlier_inference;
    auto const are_unloaded = had_models && snapshot.metrics.server.loaded_models == 0u;
    if (update_engines(snapshot) || are_unloaded) {
        tasks_.end();
    }
    auto const& requests = snapshot.metrics.runner.active_requests;
    if (!requests || has_ended) {
        requests_since_.reset(); // requests ended, so those that run are other ones
    }
    auto const has_requests = requests && observe_requests(*requests, now);
    auto const are_counted = requests && detail::has_counted_requests(snapshot);
    auto const has_tasks = are_counted ? std::nullopt : observe_tasks(now);
    auto const is_exact = requests ? are_counted : has_tasks.has_value();
    is_active_ =
        has_requests || has_tasks.value_or(false) || (!is_exact && (is_running || has_ended));
}

OUSAGE_DECL bool Activity::update_engines(Snapshot const& snapshot) {
    if (!detail::has_listed_engines(snapshot)) {
        return false;
    }
    auto ports = std::set<std::uint16_t>{};
    for (auto const& runner : snapshot.runners) {
        if (runner.port) {
            ports.insert(*runner.port);
        }
    }
    auto const has_ended =
        !std::includes(ports.begin(), ports.end(), engines_.begin(), engines_.end());
    engines_ = std::move(ports);
    return has_ended;
}

OUSAGE_DECL std::optional<bool> Activity::observe_tasks(std::chrono::sys_seconds now) {
    auto const is_open = tasks_.any(now);
    if (is_open == true) {
        last_request_ = now;
    }
    return is_open;
}

OUSAGE_DECL void Activity::update_log(RequestTotals log, std::chrono::sys_seconds now) {
    auto const earlier_bytes = log_.log ? log_.log->bytes : 0;
    auto const has_grown =
        log.inference > log_.inference || (log.log && log.log->bytes > earlier_bytes);
    log_ = std::move(log);
    has_log_ = log_.log && log_.log->counts.lines > 0;
    if (log_.log) {
        tasks_.update(*log_.log, now);
    }
    if (!log_.log || log_.log->counts.entries == 0) {
        idle_polls_ = idle_limit;
    } else if (!has_grown) {
        idle_polls_ += idle_polls_ < idle_limit ? 1u : 0u;
    } else {
        idle_polls_ = 0;
        unlogged_ = 0;
    }
    if (idle_polls_ == idle_limit && unlogged_ > 0) {
        count_moved(std::exchange(unlogged_, 0), last_unlogged_);
    }
}

OUSAGE_DECL void Activity::count_moved(std::uint64_t count, std::chrono::sys_seconds time) {
    if (idle_polls_ == 0 || count == 0) {
        return; // the log contains their requests
    }
    if (idle_polls_ < idle_limit) {
        unlogged_ += count;
        last_unlogged_ = time;
        return;
    }
    moved_ += count;
    last_moved_ = std::max(last_moved_, std::optional(time));
}

OUSAGE_DECL void
Activity::record_response(std::string_view path, std::chrono::nanoseconds elapsed) {
    auto found = response_times_.find(path);
    if (found == response_times_.end()) {
        found = response_times_.emplace(path, DurationHistogram(poll_duration_bounds)).first;
    }
    found->second.add(elapsed.count());
}

OUSAGE_DECL std::optional<std::chrono::sys_seconds> Activity::last_inference() const {
    return std::max({log_.last_inference, last_moved_, last_request_});
}

OUSAGE_DECL bool Activity::observe_requests(std::uint64_t requests, std::chrono::sys_seconds now) {
    if (requests == 0) {
        requests_since_.reset();
        return false;
    }
    requests_since_ = std::min(requests_since_.value_or(now), now);
    if (now - *requests_since_ > detail::inference_limit) {
        return false;
    }
    last_request_ = now;
    return true;
}

OUSAGE_DECL bool Activity::is_present(std::string const& model) const {
    return installed_.empty() || installed_.contains(model) ||
           (loaded_ && loaded_->contains(model));
}

OUSAGE_DECL std::map<std::string, ModelTraffic> Activity::traffic() const {
    auto shown = std::map<std::string, ModelTraffic>{};
    for (auto const& [name, counts] : traffic_) {
        if (installed_.contains(name) || (loaded_ && loaded_->contains(name))) {
            shown[name] = counts;
        }
    }
    return shown;
}

OUSAGE_DECL void Activity::count_errors(Outcome<Snapshot> const& outcome) {
    constexpr auto source = SourceTraits<LocalApi>::name;
    for (auto const& failure : outcome.failures) {
        auto part = std::string_view(failure.part);
        auto const kind = std::string(detail::error_kind(failure.code));
        if (part == source) {
            // The whole source failed: count it for the four paths that every poll requests.
            for (auto const* const path : {"/api/version", "/api/status", "/api/tags", "/api/ps"}) {
                ++errors_[{path, kind}];
            }
        } else if (part.starts_with(source) && part[source.size()] == '.') {
            part.remove_prefix(source.size() + 1);
            auto const endpoint = detail::endpoint_of_part(part);
            ++errors_[{std::string(endpoint.empty() ? "other" : endpoint), kind}];
        }
    }
}

OUSAGE_DECL bool
Activity::update_loaded(std::vector<LoadedModel> const& models, std::chrono::sys_seconds now) {
    auto loaded = Loaded{};
    bool is_running = false;
    for (auto const& model : models) {
        loaded.emplace(model.name, model.expires_at);
        is_running = is_running || (model.expires_at && model.expires_at->at < now);
    }
    if (loaded_) {
        count_changes(*loaded_, loaded, now);
    }
    for (auto const& [name, expires] : loaded) {
        traffic_of(name); // so that models loaded at the start have counters too
        expiries_.try_emplace(name, Expiry{now});
    }
    std::erase_if(expiries_, [&](auto const& expiry) { return !loaded.contains(expiry.first); });
    loaded_ = std::move(loaded);
    last_poll_ = now;
    return is_running;
}

OUSAGE_DECL void
Activity::count_changes(Loaded const& earlier, Loaded const& later, std::chrono::sys_seconds now) {
    for (auto const& [name, expires] : later) {
        auto const found = earlier.find(name);
        if (found == earlier.end()) {
            ++traffic_of(name).loads;
        } else if (found->second && expires) {
            count_moves(expiries_[name], *found->second, *expires, now);
        }
    }
    for (auto const& [name, expires] : earlier) {
        if (!later.contains(name)) {
            ++traffic_of(name).unloads;
        }
    }
}

OUSAGE_DECL void Activity::count_moves(
    Expiry& state, Timestamp const& earlier, Timestamp const& later, std::chrono::sys_seconds now) {
    using std::chrono::seconds;
    if (earlier == later) {
        if (now - state.changed >= seconds(2) && !std::exchange(state.stays, true)) {
            count_moved(std::exchange(state.suspects, 0), state.changed);
        }
        return;
    }
    // Both differences are between times in whole seconds.
    auto const with_clock =
        std::chrono::abs((later.at - earlier.at) - (now - last_poll_)) <= seconds(1);
    state.changed = now;
    if (idle_polls_ == 0 || !detail::has_moved(earlier, later, now)) {
        return;
    }
    if (with_clock && !state.stays) {
        ++state.suspects;
    } else {
        count_moved(1, now);
    }
}

OUSAGE_DECL ModelTraffic& Activity::traffic_of(std::string const& name) {
    auto const found = traffic_.find(name);
    if (found != traffic_.end()) {
        return found->second;
    }
    return traffic_.size() < traffic_limit ? traffic_[name] : excess_;
}

} // namespace OUSAGE_NAMESPACE::ollama
