#pragma once

#include <ousage/config.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/ollama/cloud/cloud_cache.hpp>
#include <ousage/ollama/cloud/detail/cloud_parts.hpp>
#include <ousage/ollama/cloud/detail/cloud_state.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

// One round of requests, from reading the secrets to storing the result.
namespace OUSAGE_NAMESPACE::ollama::detail {

struct CloudSecrets {
    Secret key;
    Secret cookie;
};

inline CloudSecrets read_secrets(CloudAccess const& access) {
    auto const read = [&access](std::string const& name) {
        return Secret::trimmed(access.environment(name.c_str()).value_or(""));
    };
    return {read(access.key_variable), read(access.cookie_variable)};
}

// Returns the name of the variable for messages. A name with other characters may be a key passed
// by mistake, so it is not printed.
inline std::string shown_name(std::string const& variable) {
    auto const plain = std::all_of(variable.begin(), variable.end(), [](char character) {
        return character == '_' || (character >= '0' && character <= '9') ||
               (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z');
    });
    return plain ? variable : "the variable of the key";
}

// Merges failures. 401, 403 and 429 concern the whole account: report each code once, with its
// parts. If all parts failed in the same way, report one failure without a part.
inline void merge_cloud_failures(Outcome<Cloud>& into) {
    auto merged = std::vector<Failure>{};
    for (auto& failure : into.failures) {
        auto const is_account =
            failure.code == Errc::unauthorized || failure.code == Errc::rate_limited;
        auto const same = std::find_if(merged.begin(), merged.end(), [&](Failure const& other) {
            return is_account && other.code == failure.code;
        });
        if (same != merged.end()) {
            same->text += "; " + failure.part + ": " + failure.text;
        } else {
            if (is_account) {
                failure.text = std::exchange(failure.part, {}) + ": " + failure.text;
            }
            merged.push_back(std::move(failure));
        }
    }
    auto const alike = [&](Failure const& failure) {
        return failure.code == merged.front().code && failure.text == merged.front().text;
    };
    if (merged.size() > 1 && !into.has_value() &&
        std::all_of(merged.begin(), merged.end(), alike)) {
        merged.resize(1);
        merged.front().part.clear();
    }
    into.failures = std::move(merged);
}

inline Errc errc_of(Failure const& failure) {
    auto const is_errc = failure.code.category() == error_category();
    return is_errc ? static_cast<Errc>(failure.code.value()) : Errc::exception;
}

// Removes limits whose window was reset in the meantime.
inline void drop_past(Limits& limits, std::chrono::sys_seconds now) {
    with_members(limits, [now](auto&... limit) {
        ((limit && limit->resets_at && limit->resets_at->at <= now ? limit.reset() : void()), ...);
    });
}

// Returns the stored values with their age, without a request. `now` is the clock of the windows.
inline void return_cached(
    CloudRound const& round, std::int64_t now_ms, std::chrono::sys_seconds now,
    Outcome<Cloud>& into) {
    into.value = round.value;
    drop_past(into.value.limits, now);
    if (!is_empty(into.value)) {
        auto const age = std::max<std::int64_t>(0, now_ms - round.received_ms) / 1000;
        into.value.cloud_age_seconds = static_cast<std::uint64_t>(age);
    }
    for (auto const& [part, code, text] : round.failures) {
        into.fail(part, code, text);
    }
    if (is_empty(into.value) && into.failures.empty()) {
        into.skipped("requested less than a minute ago; there is no response yet");
    }
}

// The round of one collection. While it runs, no other collection starts one.
class RunningRound {
public:
    explicit RunningRound(CloudCache& cache) : cache_(cache) {}

    RunningRound(RunningRound const&) = delete;
    RunningRound& operator=(RunningRound const&) = delete;

    ~RunningRound() {
        if (is_owner_) {
            auto const lock = std::lock_guard(cache_.mutex);
            cache_.is_running = false;
        }
    }

    // Starts a round in `value`, or returns the last one if the next round must wait. Values of
    // other credentials are not returned.
    std::optional<CloudRound> start(std::uint32_t hash, std::int64_t now_ms) {
        auto const lock = std::lock_guard(cache_.mutex);
        if (cache_.last && (cache_.is_running || must_wait(*cache_.last, hash, now_ms))) {
            auto const is_same = cache_.last->credentials_hash == hash;
            return is_same ? *cache_.last : CloudRound{};
        }
        value = start_round(cache_.last, hash, now_ms);
        cache_.last = value;
        cache_.is_running = is_owner_ = true;
        return std::nullopt;
    }

    // Makes `value` the last round.
    void store() {
        auto const lock = std::lock_guard(cache_.mutex);
        cache_.last = value;
    }

    CloudRound value;

private:
    CloudCache& cache_;
    bool is_owner_ = false;
};

inline double device_random() {
    auto device = std::random_device();
    return std::uniform_real_distribution<double>(0, 1)(device);
}

// Completes a round. If it returned no values, returns the previous ones. Sets the earliest time of
// the next round.
inline void finish_round(
    CloudCache& cache, RunningRound& running, CloudParts const& parts, Outcome<Cloud>& into) {
    auto& round = running.value;
    auto const now_ms = cache.access.clock().time_since_epoch().count();
    merge_cloud_failures(into);
    auto const failed_by = [&into](Errc code) {
        return std::any_of(into.failures.begin(), into.failures.end(), [code](Failure const& one) {
            return one.code == code;
        });
    };
    if (into.has_value()) {
        round.value = into.value;
        round.received_ms = now_ms;
        round.received_now = cache.access.now().time_since_epoch().count();
    }
    if (cache.access.attempted) {
        cache.access.attempted(into.has_value());
    }
    if (!into.has_value() || parts.wait.count() > 0) {
        // Jitter, so that clients that failed together do not retry together.
        auto const spread = cache.access.random ? cache.access.random() : device_random();
        auto const more = static_cast<double>(CloudCache::interval.count()) / 2 * spread;
        auto const wait = now_ms + std::chrono::milliseconds(parts.wait).count();
        round.wait_until_ms = std::max(round.wait_until_ms, wait) + static_cast<std::int64_t>(more);
    }
    for (auto const& failure : into.failures) {
        auto const is_late = failure.code == Errc::cancelled;
        auto const code = is_late ? Errc::timeout : errc_of(failure);
        round.failures.push_back({failure.part, code, failure.text});
    }
    if (!into.has_value() && failed_by(Errc::unauthorized)) {
        round.value = {};
        round.received_ms = 0;
    }
    running.store();
    if (auto const file = state_file(cache.access)) {
        save_round(*file, round);
    }
    if (!into.has_value() && !is_empty(round.value)) {
        auto const failures = into.failures;
        return_cached(round, now_ms, cache.access.now(), into);
        into.failures = failures;
    }
}

inline asio::awaitable<void> request_round(
    CloudCache& cache, RunningRound& running, CloudSecrets const& secrets, Outcome<Cloud>& into) {
    auto parts = CloudParts{};
    auto works = std::vector<asio::awaitable<void>>{};
    auto const has_key = !secrets.key.empty();
    if (has_key) {
        for (auto const part :
             {CloudPart::me, CloudPart::tags, CloudPart::balance, CloudPart::usage,
              CloudPart::usage_day}) {
            auto work = request_part(cache, part, secrets.key, parts, into);
            works.push_back(attempt(name_of(part), std::move(work), into));
        }
    }
    if (!secrets.cookie.empty()) {
        auto const auth_type = has_key ? "api_key" : "cookie";
        auto work = request_settings(cache, secrets.cookie, auth_type, parts, into);
        works.push_back(attempt("settings", std::move(work), into));
    }
    co_await gather(std::move(works));
    finish_round(cache, running, parts, into);
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
