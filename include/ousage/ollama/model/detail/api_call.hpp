#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/io/http/http_client.hpp>
#include <ousage/json/reader.hpp>

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

// Returns the failure for a response with that status.
inline Failure status_failure(int status) {
    return Failure{{}, make_error_code(Errc::status), "HTTP status " + std::to_string(status)};
}

// Parses a 200 response as a T, as far as possible. Reports every other status and every parse
// error as a failure of `part`. Returns whether `value` was read, at least in part.
template <class T, class Whole>
bool read_response(
    std::string const& part, Result<io::HttpResponse> const& response, T& value,
    Outcome<Whole>& into) {
    if (!response) {
        into.fail(part, response.failure());
        return false;
    }
    if (response->status != 200) {
        into.fail(part, status_failure(response->status));
        return false;
    }
    auto const failure = read_json(response->body, value);
    if (failure) {
        into.fail(part, *failure);
    }
    return !failure || !is_empty(value);
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
