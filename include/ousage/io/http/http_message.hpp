#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// One header field. The value is never logged.
struct Header {
    std::string name;  ///< as received or to be sent
    std::string value; ///< without surrounding white space
};

/// Compares two header names, ignoring the case of ASCII letters.
OUSAGE_DECL bool same_name(std::string_view left, std::string_view right);

/// An HTTP request.
struct HttpRequest {
    std::string method = "GET";  ///< method, a token
    std::string target;          ///< `/api/tags`; appended to the path of the server's URL
    std::string body;            ///< sent as JSON if not empty
    std::vector<Header> headers; ///< added to the headers that the client sets

    /// Maximum size of the body of the response, if it is less than that of the client.
    std::size_t body_limit = static_cast<std::size_t>(-1);
};

/// A complete HTTP response.
struct HttpResponse {
    int status = 0;              ///< 200 to 599; 1xx responses are skipped
    std::vector<Header> headers; ///< in the order received
    std::string body;            ///< complete, without the transfer coding

    /// Returns the value of the first header with that name (not case-sensitive); empty if there is
    /// none.
    std::string_view header(std::string_view name) const;
};

/// Size limits of a response.
struct HttpLimits {
    std::size_t header_bytes = 64 * 1024;      ///< status line, headers, trailers, chunk lines
    std::size_t body_bytes = 64 * 1024 * 1024; ///< the body, without the transfer coding
    std::size_t interim_responses = 8;         ///< 1xx responses before the final one
};

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/http/impl/http_message.hpp>
#endif
