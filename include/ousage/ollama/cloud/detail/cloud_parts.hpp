#pragma once

#include <ousage/config.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/detail/placement.hpp>
#include <ousage/core/secret.hpp>
#include <ousage/io/http/retry_after.hpp>
#include <ousage/ollama/cloud/cloud_cache.hpp>
#include <ousage/ollama/cloud/cloud_response.hpp>
#include <ousage/ollama/cloud/detail/json_values.hpp>
#include <ousage/ollama/cloud/settings_page.hpp>
#include <ousage/ollama/model/detail/api_call.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

// The requests of one round.
namespace OUSAGE_NAMESPACE::ollama::detail {

// The requests of a round, by precedence: the first one that provides a value is used.
enum class CloudPart { balance, usage, usage_day, me, settings, tags };

// The values of a round so far.
struct CloudParts {
    std::array<Cloud, 6> values{};
    std::chrono::seconds wait{0}; // the longest Retry-After so far
};

inline void fill_resets(std::optional<Limit>& to, std::optional<Limit> const& from) {
    if (to && from && !to->resets_at) {
        to->resets_at = from->resets_at;
    }
}

inline Cloud merge_parts(CloudParts const& parts) {
    auto merged = Cloud{};
    for (auto const& part : parts.values) {
        with_members(merged.limits, [&part](auto&... to) {
            with_members(
                part.limits, [&to...](auto const&... from) { (fill_resets(to, from), ...); });
        });
        auto copy = part;
        ousage::detail::fill(merged, copy);
    }
    return merged;
}

// Converts a status other than 200 to a failure. Raises `wait` to the Retry-After of a 429.
inline Failure cloud_refusal(
    io::HttpResponse const& response, std::chrono::sys_seconds now, std::chrono::seconds& wait) {
    auto failure = status_failure(response.status);
    if (response.status == 401 || response.status == 403) {
        failure.code = Errc::unauthorized;
    } else if (response.status == 402) {
        failure.text += ": the included usage is spent, or a payment is due";
    } else if (response.status == 429) {
        failure.code = Errc::rate_limited;
        if (auto const retry_after = io::parse_retry_after(response.header("Retry-After"), now)) {
            failure.text += ", Retry-After " + std::to_string(retry_after->count()) + " s";
            wait = std::max(wait, *retry_after);
        }
    } else if (response.status >= 300 && response.status < 400) {
        failure.text += ": redirects are not followed";
    }
    return failure;
}

inline void store_part(
    CloudPart part, CloudParts& parts, Cloud value, char const* auth_type, Outcome<Cloud>& into) {
    parts.values[static_cast<std::size_t>(part)] = std::move(value);
    auto const previous = into.value.auth_type;
    into.value = merge_parts(parts);
    if (!is_empty(into.value)) {
        // The catalogue is public: its response does not prove that the key is valid.
        auto const is_proven =
            part != CloudPart::tags && !is_empty(parts.values[static_cast<std::size_t>(part)]);
        into.value.auth_type = is_proven ? std::optional<std::string>(auth_type) : previous;
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

inline CloudResponse response_of(CloudPart part) {
    switch (part) {
    case CloudPart::balance: return CloudResponse::balance;
    case CloudPart::me: return CloudResponse::me;
    case CloudPart::tags: return CloudResponse::tags;
    default: return CloudResponse::usage;
    }
}

// The values of one response, and why some are missing.
struct ReadResponse {
    Cloud value;
    std::optional<Failure> failure;
};

// Returns `parse(body, value)` and the value.
template <class Parse>
asio::awaitable<ReadResponse> read_body(std::string body, Parse parse) {
    auto read = [parse = std::move(parse)](std::string const& text, std::stop_token const&) {
        auto result = ReadResponse{};
        result.failure = parse(text, result.value);
        return result;
    };
    return parse_body<ReadResponse>(std::move(body), std::move(read));
}

// Sends one request with the key.
inline asio::awaitable<void> request_part(
    CloudCache& cache, CloudPart part, Secret key, CloudParts& parts, Outcome<Cloud>& into) {
    auto request = cloud_request(part);
    auto header = io::Header{"Authorization", "Bearer " + key.reveal()};
    request.headers.push_back(std::move(header));
    auto const response = co_await cache.client.send(std::move(request));
    auto const now = std::chrono::floor<std::chrono::seconds>(cache.access.clock());
    auto const name = name_of(part);
    // The one-day range is optional: a cloud without ranges responds with 400 or 404.
    auto const optional = part == CloudPart::usage_day;
    if (!response) {
        into.fail(name, response.failure());
    } else if (optional && (response->status == 400 || response->status == 404)) {
        co_return;
    } else if (response->status != 200) {
        into.fail(name, cloud_refusal(*response, now, parts.wait));
    } else {
        auto parse = [kind = response_of(part),
                      at = cache.access.now()](std::string const& body, Cloud& value) {
            return read_cloud_response(kind, body, at, value);
        };
        auto work = read_body(response->body, std::move(parse));
        auto read = co_await std::move(work);
        if (read.failure) {
            into.fail(name, *read.failure);
        }
        drop_echoes(key, read.value);
        store_part(part, parts, std::move(read.value), "api_key", into);
    }
}

// Returns the Cookie header. `abc` is the value of Ollama's session cookie; `name=value` is a
// complete cookie if its name contains `session`.
inline std::string cookie_header(Secret const& cookie) {
    auto const& text = cookie.reveal();
    auto const name = plain_name(text.substr(0, text.find('=')));
    auto const is_complete = text.find('=') != text.npos && name.find("session") != name.npos;
    return is_complete ? text : "__Secure-session=" + text;
}

// Requests the settings page with the cookie. A redirect leads to the sign-in page, so it means
// `unauthorized`.
inline asio::awaitable<void> request_settings(
    CloudCache& cache, Secret cookie, char const* auth_type, CloudParts& parts,
    Outcome<Cloud>& into) {
    auto request = cloud_request(CloudPart::settings);
    auto header = io::Header{"Cookie", cookie_header(cookie)};
    auto accept = io::Header{"Accept", "text/html"};
    request.headers.push_back(std::move(header));
    request.headers.push_back(std::move(accept));
    auto const response = co_await cache.client.send(std::move(request));
    auto const now = std::chrono::floor<std::chrono::seconds>(cache.access.clock());
    if (!response) {
        into.fail("settings", response.failure());
    } else if (response->status != 200) {
        auto failure = cloud_refusal(*response, now, parts.wait);
        if (response->status >= 300 && response->status < 400) {
            failure.code = Errc::unauthorized;
        }
        into.fail("settings", std::move(failure));
    } else {
        auto parse = [at = cache.access.now()](std::string const& body, Cloud& value) {
            return read_settings_page(body, at, value);
        };
        auto work = read_body(response->body, std::move(parse));
        auto read = co_await std::move(work);
        if (read.failure) {
            into.fail("settings", *read.failure);
        }
        store_part(CloudPart::settings, parts, std::move(read.value), auth_type, into);
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
