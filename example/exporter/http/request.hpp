#pragma once

#include <asio/ip/address.hpp>

#include <string>
#include <string_view>

namespace ousage::program::http {

/// A request, or the reason why it is refused. The body is read and ignored.
struct Request {
    int refusal = 0;               ///< status of the response if the request is refused, else 0
    bool is_head = false;          ///< HEAD, otherwise GET
    bool is_http_1_0 = false;      ///< HTTP/1.0, otherwise HTTP/1.1
    bool keep_alive = false;       ///< the client accepts another response on the connection
    bool expects_continue = false; ///< a body follows after 100 Continue
    bool is_forwarded = false;     ///< a header that proxies add, such as Forwarded or Via
    asio::ip::address client;      ///< address of the client
    std::string host;              ///< Host; empty if there is none
    std::string target;            ///< as received: origin-form or absolute-form
    std::string authorization;     ///< Authorization; a repeated header is joined with commas
    std::string accept;            ///< Accept
    std::string accept_encoding;   ///< Accept-Encoding
    std::string scrape_timeout;    ///< X-Prometheus-Scrape-Timeout-Seconds
};

/// The parts of a request target.
struct TargetParts {
    std::string_view path;  ///< `/` if the target contains none
    std::string_view query; ///< after the `?`, without the fragment
};

/// Splits a target. Of an absolute-form target (RFC 9112, section 3.2.2), scheme and host are
/// ignored. The parts refer to `target`.
inline TargetParts split_target(std::string_view target) {
    target = target.substr(0, target.find('#'));
    auto parts = TargetParts{};
    if (auto const question = target.find('?'); question != target.npos) {
        parts.query = target.substr(question + 1);
        target = target.substr(0, question);
    }
    parts.path = target;
    auto const scheme = target.find("://");
    if (scheme != target.npos && target.find('/') == scheme + 1) {
        auto const slash = target.find('/', scheme + 3);
        parts.path = slash == target.npos ? std::string_view("/") : target.substr(slash);
    }
    return parts;
}

} // namespace ousage::program::http
