#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/io/http/http_client.hpp>
#include <ousage/json/reader.hpp>

#include <asio/awaitable.hpp>

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

inline Failure refused(int status) {
    return Failure{{}, make_error_code(Errc::status), "HTTP status " + std::to_string(status)};
}

// Parses a 200 response as a T, as far as possible. Reports every other status and every parse
// error as a failure of `part`. Returns whether `value` was read, at least in part.
template <class T, class Whole>
bool read_answer(
    std::string const& part, Result<io::HttpResponse> const& answer, T& value,
    Outcome<Whole>& into) {
    if (!answer) {
        into.fail(part, answer.failure());
        return false;
    }
    if (answer->status != 200) {
        into.fail(part, refused(answer->status));
        return false;
    }
    auto const failure = io::read_json(answer->body, value);
    if (failure) {
        into.fail(part, *failure);
    }
    return !failure || !is_empty(value);
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
