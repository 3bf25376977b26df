#pragma once

#include <ctime>
#include <memory>
#include <string>

namespace ousage::program::http {

/// A response. The body is shared by all connections that send it.
struct Response {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string fields; ///< further header lines, each with its CRLF
    std::shared_ptr<std::string const> body = std::make_shared<std::string const>();
};

/// Returns the reason phrase of a status that the server sends, such as `Not Found`; empty for any
/// other.
char const* reason_phrase(int status);

/// Returns a response that consists of one line of text.
Response text_response(int status, std::string text);

/// Returns the response to a refused request. The text contains nothing of the request.
Response refusal_response(int status);

/// Returns status line and headers up to the empty line. `keep_alive` is false if the server closes
/// the connection after the response; HTTP/1.0 clients need to be informed of the opposite.
std::string
response_head(Response const& response, bool keep_alive, bool is_http_1_0, std::time_t now);

} // namespace ousage::program::http
