#pragma once

#include <ousage/config.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/detail/placement.hpp>
#include <ousage/core/secret.hpp>
#include <ousage/io/http/retry_after.hpp>
#include <ousage/ollama/cloud/cloud_answer.hpp>
#include <ousage/ollama/cloud/cloud_memory.hpp>
#include <ousage/ollama/cloud/settings_page.hpp>
#include <ousage/ollama/model/detail/api_call.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

// The requests of one round.
namespace OUSAGE_NAMESPACE::ollama::detail {

// The requests of a round, by precedence: the first one that provides a value is used.
enum class CloudPart { balance, usage, usage_day, me, settings, tags };

// The values of a round so far.
struct CloudAnswers {
    std::array<Cloud, 6> parts{};
    std::chrono::seconds wait{0}; // the longest Retry-After so far
};

inline void fill_resets(std::optional<Limit>& to, std::optional<Limit> const& from) {
    if (to && from && !to->resets_at) {
        to->resets_at = from->resets_at;
    }
}

inline Cloud unite(CloudAnswers const& answers) {
    auto whole = Cloud{};
    for (auto const& part : answers.parts) {
        with_members(whole.limits, [&part](auto&... to) {
            with_members(
                part.limits, [&to...](auto const&... from) { (fill_resets(to, from), ...); });
        });
        auto copy = part;
        ousage::detail::fill(whole, copy);
    }
    return whole;
}

// Converts a status other than 200 to a failure. Raises `wait` to the Retry-After of a 429.
inline Failure cloud_refusal(
    io::HttpResponse const& answer, std::chrono::sys_seconds now, std::chrono::seconds& wait) {
    auto failure = status_failure(answer.status);
    if (answer.status == 401 || answer.status == 403) {
        failure.code = Errc::unauthorized;
    } else if (answer.status == 402) {
        failure.text += ": the included usage is spent, or a payment is due";
    } else if (answer.status == 429) {
        failure.code = Errc::rate_limited;
        if (auto const asked = io::parse_retry_after(answer.header("Retry-After"), now)) {
            failure.text += ", Retry-After " + std::to_string(asked->count()) + " s";
            wait = std::max(wait, *asked);
        }
    } else if (answer.status >= 300 && answer.status < 400) {
        failure.text += ": redirects are not followed";
    }
    return failure;
}

inline void
put(CloudPart part, CloudAnswers& answers, Cloud value, char const* auth_type,
    Outcome<Cloud>& into) {
    answers.parts[static_cast<std::size_t>(part)] = std::move(value);
    auto const proof = into.value.auth_type;
    into.value = unite(answers);
    if (!is_empty(into.value)) {
        // The catalogue is public: its response does not prove that the key is valid.
        auto const proven =
            part != CloudPart::tags && !is_empty(answers.parts[static_cast<std::size_t>(part)]);
        into.value.auth_type = proven ? std::optional<std::string>(auth_type) : proof;
        into.value.cloud_age_seconds = 0;
    }
}

// Removes texts that contain the secret, so that a server cannot echo it into an output.
inline void drop_echoes(Secret const& secret, Cloud& value) {
    with_members(value, [&secret](auto&... member) {
        auto const drop = [&secret]<class T>(T& text) {
            if constexpr (std::is_same_v<T, std::optional<std::string>>) {
                if (text && text->find(secret.reveal()) != text->npos) {
                    text.reset();
                }
            }
        };
        (drop(member), ...);
    });
}

inline char const* name_of(CloudPart part) {
    switch (part) {
    case CloudPart::balance: return "balance";
    case CloudPart::usage: return "usage";
    case CloudPart::usage_day: return "usage_day";
    case CloudPart::me: return "me";
    case CloudPart::settings: return "settings";
    case CloudPart::tags: break;
    }
    return "tags";
}

inline io::HttpRequest cloud_request(CloudPart part) {
    switch (part) {
    case CloudPart::balance: return get("/api/balance");
    case CloudPart::usage: return get("/api/usage");
    case CloudPart::usage_day: return get("/api/usage?range=24h");
    case CloudPart::me: return post("/api/me", {});
    case CloudPart::settings: return get("/settings");
    case CloudPart::tags: break;
    }
    return get("/api/tags");
}

inline CloudAnswer kind_of(CloudPart part) {
    switch (part) {
    case CloudPart::balance: return CloudAnswer::balance;
    case CloudPart::me: return CloudAnswer::me;
    case CloudPart::tags: return CloudAnswer::tags;
    default: return CloudAnswer::usage;
    }
}

// Sends one request with the key.
inline asio::awaitable<void> ask_cloud(
    CloudMemory& memory, CloudPart part, Secret key, CloudAnswers& answers, Outcome<Cloud>& into) {
    auto request = cloud_request(part);
    auto header = io::Header{"Authorization", "Bearer " + key.reveal()};
    request.headers.push_back(std::move(header));
    auto const answer = co_await memory.client.send(std::move(request));
    auto const now = std::chrono::floor<std::chrono::seconds>(memory.access.clock());
    auto const name = name_of(part);
    // The one-day range is optional: a cloud without ranges responds with 400 or 404.
    auto const optional = part == CloudPart::usage_day;
    if (!answer) {
        into.fail(name, answer.failure());
    } else if (optional && (answer->status == 400 || answer->status == 404)) {
        co_return;
    } else if (answer->status != 200) {
        into.fail(name, cloud_refusal(*answer, now, answers.wait));
    } else {
        auto value = Cloud{};
        if (auto const failure = read_cloud_answer(kind_of(part), answer->body, now, value)) {
            into.fail(name, *failure);
        }
        drop_echoes(key, value);
        put(part, answers, std::move(value), "api_key", into);
    }
}

// Returns the Cookie header. `abc` is the value of Ollama's session cookie; `name=value` is a
// complete cookie if its name contains `session`.
inline std::string cookie_text(Secret const& cookie) {
    auto const& text = cookie.reveal();
    auto const name = plain_name(text.substr(0, text.find('=')));
    auto const whole = text.find('=') != text.npos && name.find("session") != name.npos;
    return whole ? text : "__Secure-session=" + text;
}

// Requests the settings page with the cookie. A redirect leads to the sign-in page, so it means
// `unauthorized`.
inline asio::awaitable<void> ask_settings(
    CloudMemory& memory, Secret cookie, char const* auth_type, CloudAnswers& answers,
    Outcome<Cloud>& into) {
    auto request = cloud_request(CloudPart::settings);
    auto header = io::Header{"Cookie", cookie_text(cookie)};
    auto accept = io::Header{"Accept", "text/html"};
    request.headers.push_back(std::move(header));
    request.headers.push_back(std::move(accept));
    auto const answer = co_await memory.client.send(std::move(request));
    auto const now = std::chrono::floor<std::chrono::seconds>(memory.access.clock());
    if (!answer) {
        into.fail("settings", answer.failure());
    } else if (answer->status != 200) {
        auto failure = cloud_refusal(*answer, now, answers.wait);
        if (answer->status >= 300 && answer->status < 400) {
            failure.code = Errc::unauthorized;
        }
        into.fail("settings", std::move(failure));
    } else {
        auto value = Cloud{};
        if (auto const failure = read_settings_page(answer->body, now, value)) {
            into.fail("settings", *failure);
        }
        put(CloudPart::settings, answers, std::move(value), auth_type, into);
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
