#pragma once

#include <ousage/config.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/ollama/cloud/cloud_memory.hpp>
#include <ousage/ollama/cloud/detail/cloud_parts.hpp>
#include <ousage/ollama/cloud/detail/cloud_state.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
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
    auto const plain = std::all_of(variable.begin(), variable.end(), [](char letter) {
        return letter == '_' || (letter >= '0' && letter <= '9') ||
               (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    });
    return plain ? variable : "the variable of the key";
}

// Merges failures. 401, 403 and 429 concern the whole account: report each code once, with its
// parts. If all parts failed in the same way, report one failure without a part.
inline void unite_cloud_failures(Outcome<Cloud>& into) {
    auto united = std::vector<Failure>{};
    for (auto& failure : into.failures) {
        auto const whole = failure.code == Errc::unauthorized || failure.code == Errc::rate_limited;
        auto const same = std::find_if(united.begin(), united.end(), [&](Failure const& other) {
            return whole && other.code == failure.code;
        });
        if (same != united.end()) {
            same->text += "; " + failure.part + ": " + failure.text;
        } else {
            if (whole) {
                failure.text = std::exchange(failure.part, {}) + ": " + failure.text;
            }
            united.push_back(std::move(failure));
        }
    }
    auto const alike = [&](Failure const& failure) {
        return failure.code == united.front().code && failure.text == united.front().text;
    };
    if (united.size() > 1 && !into.has_value() &&
        std::all_of(united.begin(), united.end(), alike)) {
        united.resize(1);
        united.front().part.clear();
    }
    into.failures = std::move(united);
}

inline Errc errc_of(Failure const& failure) {
    auto const ours = failure.code.category() == error_category();
    return ours ? static_cast<Errc>(failure.code.value()) : Errc::exception;
}

// Removes limits whose window was reset in the meantime.
inline void drop_past(Limits& limits, std::int64_t now_ms) {
    auto const now = std::chrono::sys_seconds(std::chrono::seconds(now_ms / 1000));
    with_members(limits, [now](auto&... limit) {
        ((limit && limit->resets_at && limit->resets_at->at <= now ? limit.reset() : void()), ...);
    });
}

// Returns the stored values with their age, without a request.
inline void recall(CloudRound const& round, std::int64_t now_ms, Outcome<Cloud>& into) {
    into.value = round.value;
    drop_past(into.value.limits, now_ms);
    if (!is_empty(into.value)) {
        auto const age = std::max<std::int64_t>(0, now_ms - round.answered_ms) / 1000;
        into.value.cloud_age_seconds = static_cast<std::uint64_t>(age);
    }
    for (auto const& [part, code, text] : round.failures) {
        into.fail(part, code, text);
    }
    if (is_empty(into.value) && into.failures.empty()) {
        into.skipped("asked less than a minute ago, and there is no answer yet");
    }
}

inline double device_random() {
    auto device = std::random_device();
    return std::uniform_real_distribution<double>(0, 1)(device);
}

// Completes a round. If it returned no values, returns the previous ones. Sets the earliest time of
// the next round.
inline void conclude_round(CloudMemory& memory, CloudAnswers const& answers, Outcome<Cloud>& into) {
    auto& round = *memory.last;
    auto const now_ms = memory.access.clock().time_since_epoch().count();
    unite_cloud_failures(into);
    auto const failed_by = [&into](Errc code) {
        return std::any_of(into.failures.begin(), into.failures.end(), [code](Failure const& one) {
            return one.code == code;
        });
    };
    if (into.has_value()) {
        round.value = into.value;
        round.answered_ms = now_ms;
    }
    if (!into.has_value() || answers.wait.count() > 0) {
        // Jitter, so that clients that failed together do not retry together.
        auto const spread = memory.access.random ? memory.access.random() : device_random();
        auto const more = static_cast<double>(CloudMemory::interval.count()) / 2 * spread;
        auto const wait = now_ms + std::chrono::milliseconds(answers.wait).count();
        round.wait_until_ms = std::max(round.wait_until_ms, wait) + static_cast<std::int64_t>(more);
    }
    for (auto const& failure : into.failures) {
        auto const late = failure.code == Errc::cancelled;
        auto const code = late ? Errc::timeout : errc_of(failure);
        round.failures.push_back({failure.part, code, failure.text});
    }
    if (!into.has_value() && failed_by(Errc::unauthorized)) {
        round.value = {};
        round.answered_ms = 0;
    }
    if (auto const file = state_file(memory.access)) {
        save(*file, round);
    }
    if (!into.has_value() && !is_empty(round.value)) {
        auto const failures = into.failures;
        recall(round, now_ms, into);
        into.failures = failures;
    }
}

inline asio::awaitable<void>
ask_round(CloudMemory& memory, CloudSecrets const& secrets, Outcome<Cloud>& into) {
    auto answers = CloudAnswers{};
    auto works = std::vector<asio::awaitable<void>>{};
    auto const has_key = !secrets.key.empty();
    if (has_key) {
        for (auto const part :
             {CloudPart::me, CloudPart::tags, CloudPart::balance, CloudPart::usage,
              CloudPart::usage_day}) {
            auto work = ask_cloud(memory, part, secrets.key, answers, into);
            works.push_back(attempt(name_of(part), std::move(work), into));
        }
    }
    if (!secrets.cookie.empty()) {
        auto const auth_type = has_key ? "api_key" : "cookie";
        auto work = ask_settings(memory, secrets.cookie, auth_type, answers, into);
        works.push_back(attempt("settings", std::move(work), into));
    }
    co_await gather(std::move(works));
    conclude_round(memory, answers, into);
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
