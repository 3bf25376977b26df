#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/core/secret.hpp>
#include <ousage/io/http/detail/no_proxy.hpp>
#include <ousage/io/http/url.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

/// An HTTP proxy.
struct Proxy {
    Url url;            ///< scheme `http`, host and port
    Secret credentials; ///< `user:password`; empty if none
};

namespace detail {

using Variables = std::function<std::optional<std::string>(char const* name)>;

// Returns the value of the upper-case variable or, if it is empty, of the lower-case one.
inline std::string variable(Variables const& variables, char const* upper, char const* small) {
    auto value = variables(upper).value_or("");
    return value.empty() ? variables(small).value_or("") : value;
}

inline std::string percent_decoded(std::string_view text) {
    auto const digit = [](char letter) {
        auto const at = std::string_view("0123456789abcdef").find(lower({&letter, 1}));
        return at == std::string_view::npos ? -1 : static_cast<int>(at);
    };
    auto plain = std::string{};
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto const whole = text[at] == '%' && at + 2 < text.size() && digit(text[at + 1]) >= 0 &&
                           digit(text[at + 2]) >= 0;
        plain +=
            whole ? static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2])) : text[at];
        at += whole ? 2 : 0;
    }
    return plain;
}

// Returns no proxy if the text is malformed; Go ignores such values, too.
inline Result<std::optional<Proxy>> parse_proxy(std::string_view text) {
    auto const none = [] { return Result<std::optional<Proxy>>(std::optional<Proxy>()); };
    auto const mark = text.find("://");
    auto const scheme = mark == text.npos ? "http" : lower(text.substr(0, mark));
    auto rest = mark == text.npos ? text : text.substr(mark + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    auto proxy = Proxy{};
    if (auto const at = rest.rfind('@'); at != rest.npos) {
        auto const user = rest.substr(0, at);
        auto const end = user.find(':') == user.npos ? ":" : "";
        proxy.credentials = Secret(percent_decoded(user) + end);
        rest.remove_prefix(at + 1);
    }
    auto url = parse_url("http://" + std::string(rest));
    if (!url) {
        return none();
    }
    if (scheme != "http") {
        return Failure{
            {},
            make_error_code(Errc::unsupported),
            "the environment names a proxy that is not http://"};
    }
    proxy.url = std::move(*url);
    return std::optional(std::move(proxy));
}

} // namespace detail

/// Returns the proxy for requests to `target`. Follows Go's rules
/// (golang.org/x/net/http/httpproxy), because Ollama itself uses them:
/// - Reads HTTPS_PROXY or HTTP_PROXY, according to the target's scheme, or the lower-case name if
///   that variable is empty.
/// - Uses no proxy for this machine and for hosts in NO_PROXY: `*`, `example.com` (with its
///   subdomains), `.example.com` (only its subdomains), addresses and networks, each with or
///   without a port.
/// - Rejects HTTP_PROXY if REQUEST_METHOD is set, because in a CGI program a remote client can set
///   HTTP_PROXY.
///
/// A proxy with another scheme than http is a failure. The failure never contains the value, which
/// may include a password.
inline Result<std::optional<Proxy>>
proxy_for(Url const& target, detail::Variables const& variables) {
    auto const secure = target.scheme == "https";
    auto const text = secure ? detail::variable(variables, "HTTPS_PROXY", "https_proxy")
                             : detail::variable(variables, "HTTP_PROXY", "http_proxy");
    auto const exceptions = detail::variable(variables, "NO_PROXY", "no_proxy");
    if (text.empty() || detail::needs_no_proxy(exceptions, target)) {
        return std::optional<Proxy>();
    }
    if (!secure && !variables("REQUEST_METHOD").value_or("").empty()) {
        return {Errc::configuration, "HTTP_PROXY is not believed where REQUEST_METHOD is set"};
    }
    return detail::parse_proxy(text);
}

} // namespace OUSAGE_NAMESPACE::io
