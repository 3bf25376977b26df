#pragma once

#include <ousage/core/detail/ascii_lower.hpp>
#include <ousage/io/http/detail/no_proxy.hpp>
#include <ousage/io/http/proxy.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

// Returns the value of the upper-case variable or, if it is empty, of the lower-case one.
inline std::string
variable(Variables const& variables, char const* upper_case, char const* lower_case) {
    auto value = variables(upper_case).value_or("");
    return value.empty() ? variables(lower_case).value_or("") : value;
}

inline std::string percent_decoded(std::string_view text) {
    auto const digit_value = [](char character) {
        auto const at =
            std::string_view("0123456789abcdef").find(ousage::detail::ascii_lower(character));
        return at == std::string_view::npos ? -1 : static_cast<int>(at);
    };
    auto plain = std::string{};
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto const whole = text[at] == '%' && at + 2 < text.size() &&
                           digit_value(text[at + 1]) >= 0 && digit_value(text[at + 2]) >= 0;
        plain += whole
                     ? static_cast<char>(digit_value(text[at + 1]) * 16 + digit_value(text[at + 2]))
                     : text[at];
        at += whole ? 2 : 0;
    }
    return plain;
}

// Returns no proxy if the text is malformed; Go ignores such values, too.
inline Result<std::optional<Proxy>> parse_proxy(std::string_view text) {
    auto const none = [] { return Result<std::optional<Proxy>>(std::optional<Proxy>()); };
    auto const mark = text.find("://");
    auto const scheme =
        mark == text.npos ? "http" : ousage::detail::ascii_lower(text.substr(0, mark));
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
            "the proxy of the environment is not an http:// URL"};
    }
    proxy.url = std::move(*url);
    return std::optional(std::move(proxy));
}

} // namespace detail

OUSAGE_DECL Result<std::optional<Proxy>> proxy_for(Url const& target, Variables const& variables) {
    auto const secure = target.scheme == "https";
    auto const text = secure ? detail::variable(variables, "HTTPS_PROXY", "https_proxy")
                             : detail::variable(variables, "HTTP_PROXY", "http_proxy");
    auto const exceptions = detail::variable(variables, "NO_PROXY", "no_proxy");
    if (text.empty() || detail::needs_no_proxy(exceptions, target)) {
        return std::optional<Proxy>();
    }
    if (!secure && !variables("REQUEST_METHOD").value_or("").empty()) {
        return {Errc::configuration, "HTTP_PROXY is rejected if REQUEST_METHOD is set"};
    }
    return detail::parse_proxy(text);
}

} // namespace OUSAGE_NAMESPACE::io
