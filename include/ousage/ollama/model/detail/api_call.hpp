#pragma once

#include <ousage/config.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/io/http/http_client.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/json/value.hpp>
#include <ousage/ollama/model/not_ollama.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline io::HttpRequest get(std::string target) {
    auto request = io::HttpRequest{};
    request.method = "GET";
    request.target = std::move(target);
    return request;
}

inline io::HttpRequest post(std::string target, std::string body) {
    auto request = io::HttpRequest{};
    request.method = "POST";
    request.target = std::move(target);
    request.body = std::move(body);
    return request;
}

// Returns the target of a redirect, at most 200 bytes. Removes a user name and password, the query
// and the fragment, which may contain a secret.
inline std::string redirect_target(io::HttpResponse const& response) {
    auto target = std::string(response.header("Location"));
    target.resize(std::min(target.find_first_of("?#"), target.size()));
    auto const slashes = target.find("//");
    auto const begin = slashes == target.npos ? target.size() : slashes + 2;
    auto const end = std::min(target.find('/', begin), target.size());
    if (auto const at = target.rfind('@', end); at != target.npos && at >= begin) {
        target.erase(begin, at + 1 - begin);
    }
    target.resize(std::min(target.size(), std::size_t{200}));
    return target;
}

// Returns the failure for a response with that status.
inline Failure status_failure(int status) {
    return Failure{{}, make_error_code(Errc::status), "HTTP status " + std::to_string(status)};
}

// Like `status_failure`, with the target of a redirect. Not for a server that receives a secret,
// because it could put the secret into the target.
inline Failure status_failure(io::HttpResponse const& response) {
    auto failure = status_failure(response.status);
    if (response.status >= 300 && response.status < 400) {
        auto const target = redirect_target(response);
        failure.text += target.empty() ? "" : " to " + target;
        failure.text += ": redirects are not followed";
    }
    return failure;
}

// Returns the failure for a request that failed or has a status other than 200.
inline std::optional<Failure> response_failure(Result<io::HttpResponse> const& response) {
    if (!response) {
        return response.failure();
    }
    return response->status == 200 ? std::nullopt : std::optional(status_failure(*response));
}

// Parses a 200 response as a T, as far as possible. Reports every other status and every parse
// error as a failure of `part`. A document without the member `key` is a failure: it is the
// response of another kind of server. Returns whether `value` was read, at least in part.
template <class T>
bool read_keyed_response(
    std::string const& part, Result<io::HttpResponse> const& response, std::string const& key,
    T& value, OutcomeBase& into) {
    if (auto failure = response_failure(response)) {
        into.fail(part, std::move(*failure));
        return false;
    }
    auto document = JsonDocument{};
    if (auto failure = document.parse(response->body)) {
        into.fail(part, std::move(*failure));
        return false;
    }
    if (!document.root().find(key)) {
        into.fail(part, not_ollama(document.root(), "no key `" + key + "`"));
        return false;
    }
    auto const failure = read_json(document.root(), value);
    if (failure) {
        into.fail(part, *failure);
    }
    return !failure || !is_empty(value);
}

// Returns `parse(body, stop)`, a T. A large body is parsed on another thread, so that it delays no
// other source and a deadline can expire.
template <class T, class Parse>
asio::awaitable<T> parse_body(std::string body, Parse parse) {
    if (body.size() <= 64 * 1024) {
        co_return parse(body, std::stop_token());
    }
    auto work = [body = std::move(body), parse = std::move(parse)](std::stop_token const& stop) {
        return parse(body, stop);
    };
    auto value = co_await offload(work);
    co_return value;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
