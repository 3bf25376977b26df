#pragma once

#include <ousage/core/gather.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/core/source.hpp>
#include <ousage/io/loopback.hpp>
#include <ousage/io/proxy.hpp>
#include <ousage/ollama/cloud_memory.hpp>
#include <ousage/ollama/detail/cloud_parts.hpp>
#include <ousage/ollama/detail/cloud_state.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace ousage::ollama {

namespace detail {

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

// Who gives a key in place of a variable's name must not read it in the output.
inline std::string shown_name(std::string const& variable) {
    auto const plain = std::all_of(variable.begin(), variable.end(), [](char letter) {
        return letter == '_' || (letter >= '0' && letter <= '9') ||
               (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    });
    return plain ? variable : "the variable of the key";
}

// What is refused or limited is so for the account, not for a part of it: told once, with the
// parts. What failed in every part in the same way is the cloud's failure.
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

// A window that has started anew is not known any more.
inline void drop_past(Limits& limits, std::int64_t now_ms) {
    auto const now = std::chrono::sys_seconds(std::chrono::seconds(now_ms / 1000));
    with_members(limits, [now](auto&... limit) {
        ((limit && limit->resets_at && limit->resets_at->at <= now ? limit.reset() : void()), ...);
    });
}

// What is known without asking, with its age.
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

// Ends a round: what it brought, or what was known before it where it brought nothing, and until
// when nobody asks again.
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
        // Jitter, so that what failed for many at once is not asked by all of them at once.
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

inline asio::awaitable<void>
collect_cloud(std::shared_ptr<CloudMemory> memory, Outcome<Cloud>& into) {
    auto const secrets = read_secrets(memory->access);
    auto const& base = memory->client.base();
    if (secrets.key.empty() && secrets.cookie.empty()) {
        into.skipped(shown_name(memory->access.key_variable) + " is not set");
        co_return;
    }
    if (base.scheme != "https" && !io::is_loopback(base.host)) {
        into.fail(
            {}, Errc::configuration,
            "a key is sent over https alone, or to this machine; not to " + io::to_string(base));
        co_return;
    }
    auto proxy = io::proxy_for(base, memory->access.environment);
    if (!proxy) {
        into.fail({}, proxy.failure());
        co_return;
    }
    memory->client.use_proxy(std::move(*proxy));
    auto const now_ms = memory->access.clock().time_since_epoch().count();
    auto const mark = mark_of(secrets.key, secrets.cookie);
    if (memory->last && holds(*memory->last, mark, now_ms)) {
        recall(*memory->last, now_ms, into);
        co_return;
    }
    memory->last = begin_round(memory->last, mark, now_ms);
    if (auto const file = state_file(memory->access)) {
        auto work = [path = *file, mark, now_ms](std::stop_token) {
            return claim(path, mark, now_ms);
        };
        auto const other = co_await offload(std::move(work));
        if (other) {
            memory->last = *other;
            recall(*other, now_ms, into);
            co_return;
        }
    }
    co_await ask_round(*memory, secrets, into);
}

} // namespace detail

/// The source `cloud`: POST /api/me, GET /api/tags, /api/balance and /api/usage (the default range
/// of seven days, and a day) at the same time with the key as a bearer token; GET /settings where
/// there is a session cookie. `skipped` where there is neither. The cloud is asked at most once a
/// minute, later where it says Retry-After, later by up to half a minute where nothing answered;
/// until then the last answers are given with their age. Key and cookie are read from the
/// environment at each round, as are HTTPS_PROXY and NO_PROXY; they are sent over https alone or to
/// this machine, and kept nowhere; no redirect is followed. 401 and 403 are one failure of code
/// `unauthorized`, 429 one of code `rate_limited`; every other part that fails is named, and the
/// rest stands.
inline Source<Cloud> cloud(std::shared_ptr<CloudMemory> memory) {
    auto collect = [memory = std::move(memory)](Outcome<Cloud>& into) {
        return detail::collect_cloud(memory, into);
    };
    return Source<Cloud>("cloud", std::move(collect));
}

/// The same with a fresh memory.
inline Source<Cloud> cloud(CloudAccess access) {
    return cloud(std::make_shared<CloudMemory>(std::move(access)));
}

} // namespace ousage::ollama
