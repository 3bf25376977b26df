#pragma once

#include <ousage/config.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// One header field. Its value is never logged.
struct Header {
    std::string name;  ///< as it was sent
    std::string value; ///< without the blanks around it
};

/// True where two names are the same but for the case of ASCII letters.
inline bool same_name(std::string_view left, std::string_view right) {
    auto const lower = [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [&](char a, char b) {
        return lower(a) == lower(b);
    });
}

/// A request of the client.
struct HttpRequest {
    std::string method = "GET";  ///< a token
    std::string target;          ///< `/api/tags`, put behind the path of the server's URL
    std::string body;            ///< sent as JSON where it is not empty
    std::vector<Header> headers; ///< beside those of the client itself
};

/// A whole answer.
struct HttpResponse {
    int status = 0;              ///< 200 to 599; 1xx were skipped
    std::vector<Header> headers; ///< in their order
    std::string body;            ///< whole, transfer coding removed

    /// The first header of that name, in any case; empty where there is none.
    std::string_view header(std::string_view name) const {
        for (auto const& field : headers) {
            if (same_name(field.name, name)) {
                return field.value;
            }
        }
        return {};
    }
};

/// How much of an answer we are willing to hold.
struct HttpLimits {
    std::size_t header_bytes = 64 * 1024;      ///< status line, headers, trailers, chunk lines
    std::size_t body_bytes = 64 * 1024 * 1024; ///< the body, transfer coding removed
    std::size_t interim_responses = 8;         ///< 1xx answers before the final one
};

} // namespace OUSAGE_NAMESPACE::io
