#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/format/prometheus/duration_histogram.hpp>
#include <ousage/format/prometheus/log_tally.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// How often a model was loaded into memory and unloaded, as observed by polls.
struct ModelTraffic {
    std::uint64_t loads = 0;   ///< polls at which it was in memory, but not at the previous poll
    std::uint64_t unloads = 0; ///< polls at which it was not in memory, but was at the previous one
};

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

// The stage of a failure as a label; `other` if the code is not an `Errc`.
inline std::string_view error_kind(std::error_code const& code) {
    auto const is_ours = code.category() == error_category();
    auto const name = is_ours ? enum_name(static_cast<Errc>(code.value())) : std::string_view{};
    return name.empty() ? "other" : name;
}

} // namespace detail

/// The activity of a server over all polls of this process, which a single snapshot does not
/// contain. Its counters never decrease. Not thread-safe.
class Activity {
public:
    /// An activity that began at `start`, in seconds since 1970.
    explicit Activity(double start) : start_(start) {}

    /// Records the outcome of a poll. `log` contains the request totals of the log at that time.
    void
    observe(Outcome<Snapshot> const& outcome, RequestTotals log, std::chrono::sys_seconds now) {
        count_errors(outcome);
        auto const before = inference();
        log_ = std::move(log);
        auto const& snapshot = outcome.value;
        if (snapshot.metrics.server.models_total) {
            installed_.clear();
            for (auto const& model : snapshot.models) {
                installed_.insert(model.name);
            }
        }
        has_log_ = log_.log && log_.log->counts.lines > 0;
        bool is_running = false;
        if (snapshot.metrics.server.loaded_models) {
            is_running = compare(snapshot.loaded_models, now);
        }
        is_active_ = is_running || inference() > before;
    }

    /// Records the response time of a request to the server.
    void answered(std::string_view target, std::chrono::nanoseconds elapsed) {
        auto const known = answers_.find(target);
        auto& histogram =
            known != answers_.end()
                ? known->second
                : answers_.emplace(target, DurationHistogram(poll_duration_bounds)).first->second;
        histogram.add(elapsed.count());
    }

    /// When the activity began, in seconds since 1970.
    double start() const noexcept { return start_; }

    /// The request totals of the log at the last poll.
    RequestTotals const& log() const noexcept { return log_; }

    /// True if a log with at least one line was read.
    bool has_log() const noexcept { return has_log_; }

    /// The number of inference requests. It is exact if there is a log. Otherwise it is a lower
    /// bound, the number of times that the `expires_at` of a loaded model moved.
    std::uint64_t inference() const noexcept { return log_.inference + moved_; }

    /// When the last inference ended or was observed; empty if there was none.
    std::optional<std::chrono::sys_seconds> last_inference() const {
        return std::max(log_.last_inference, last_moved_);
    }

    /// True if an inference ended since the previous poll, or if one runs past the `expires_at` of
    /// its model.
    bool is_active() const noexcept { return is_active_; }

    /// Loads and unloads by model, for models that are installed or in memory.
    std::map<std::string, ModelTraffic> traffic() const {
        auto shown = std::map<std::string, ModelTraffic>{};
        for (auto const& [name, counts] : traffic_) {
            if (installed_.contains(name) || (loaded_ && loaded_->contains(name))) {
                shown[name] = counts;
            }
        }
        return shown;
    }

    /// Response times of requests by path.
    std::map<std::string, DurationHistogram, std::less<>> const& answers() const noexcept {
        return answers_;
    }

    /// The number of failures by path and stage.
    std::map<std::pair<std::string, std::string>, std::uint64_t> const& errors() const noexcept {
        return errors_;
    }

private:
    using Loaded = std::map<std::string, std::optional<Timestamp>>;

    // Limits memory: a hostile server may return new model names in every response.
    static constexpr std::size_t traffic_limit = 10'000;

    void count_errors(Outcome<Snapshot> const& outcome) {
        for (auto const& failure : outcome.failures) {
            auto const part = std::string_view(failure.part);
            auto const kind = std::string(detail::error_kind(failure.code));
            if (part == "local_api") {
                // The whole source failed: count it for the four paths that every poll requests.
                for (auto const* const path :
                     {"/api/version", "/api/status", "/api/tags", "/api/ps"}) {
                    ++errors_[{path, kind}];
                }
            } else if (part.starts_with("local_api.")) {
                auto const endpoint = detail::endpoint_of_part(part.substr(10));
                ++errors_[{std::string(endpoint.empty() ? "other" : endpoint), kind}];
            }
        }
    }

    // Compares the loaded models with those of the previous poll. Returns true if a request is
    // running, i.e. if a model is loaded past its `expires_at`.
    bool compare(std::vector<LoadedModel> const& models, std::chrono::sys_seconds now) {
        auto loaded = Loaded{};
        bool is_running = false;
        for (auto const& model : models) {
            loaded.emplace(model.name, model.expires_at);
            is_running = is_running || (model.expires_at && model.expires_at->at < now);
        }
        if (loaded_) {
            for (auto const& [name, expires] : loaded) {
                auto const earlier = loaded_->find(name);
                if (earlier == loaded_->end()) {
                    ++traffic_of(name).loads;
                } else if (!has_log_ && has_moved(earlier->second, expires, now)) {
                    ++moved_;
                    last_moved_ = now;
                }
            }
            for (auto const& [name, expires] : *loaded_) {
                if (!loaded.contains(name)) {
                    ++traffic_of(name).unloads;
                }
            }
        }
        for (auto const& [name, expires] : loaded) {
            traffic_of(name); // so that models loaded at the start have counters too
        }
        loaded_ = std::move(loaded);
        return is_running;
    }

    // A model that is being unloaded has an `expires_at` that has just passed. That is no
    // inference.
    static bool has_moved(
        std::optional<Timestamp> const& earlier, std::optional<Timestamp> const& later,
        std::chrono::sys_seconds now) {
        return earlier && later && is_before(*earlier, *later) && later->at >= now;
    }

    ModelTraffic& traffic_of(std::string const& name) {
        auto const known = traffic_.find(name);
        if (known != traffic_.end()) {
            return known->second;
        }
        return traffic_.size() < traffic_limit ? traffic_[name] : excess_;
    }

    double start_;
    RequestTotals log_;
    std::set<std::string> installed_;
    std::optional<Loaded> loaded_;
    std::map<std::string, ModelTraffic> traffic_;
    ModelTraffic excess_;
    std::uint64_t moved_ = 0;
    std::optional<std::chrono::sys_seconds> last_moved_;
    std::map<std::string, DurationHistogram, std::less<>> answers_;
    std::map<std::pair<std::string, std::string>, std::uint64_t> errors_;
    bool has_log_ = false, is_active_ = false;
};

} // namespace OUSAGE_NAMESPACE::ollama
