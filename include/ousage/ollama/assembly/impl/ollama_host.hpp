#pragma once

#include <ousage/ollama/assembly/ollama_host.hpp>

#include <asio/ip/address.hpp>

#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

namespace OUSAGE_NAMESPACE::ollama {

OUSAGE_DECL bool split_host_port(std::string_view text, std::string& host, std::string& port) {
    auto const colon = text.rfind(':');
    if (colon == text.npos) {
        return false;
    }
    if (text.starts_with('[')) {
        auto const end = text.find(']');
        if (end == text.npos || end + 1 != colon || text.find('[', 1) != text.npos) {
            return false;
        }
        host = text.substr(1, end - 1);
    } else {
        host = text.substr(0, colon);
        if (host.find_first_of(":[]") != host.npos) {
            return false;
        }
    }
    port = text.substr(colon + 1);
    return port.find_first_of("[]") == port.npos;
}

namespace detail {

inline std::string_view trim(std::string_view text, std::string_view characters) {
    auto const first = text.find_first_not_of(characters);
    if (first == text.npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(characters) - first + 1);
}

inline bool is_address(std::string const& text) {
    asio::error_code error;
    asio::ip::make_address(text, error);
    return !error;
}

// Returns whether Go's strconv.ParseInt(text, 10, 32) returns 0 to 65535.
inline bool is_go_port(std::string_view text) {
    auto const signless = !text.empty() && (text[0] == '+') ? text.substr(1) : text;
    int value = -1;
    auto const* const end = signless.data() + signless.size();
    auto const [rest, error] = std::from_chars(signless.data(), end, value);
    return !signless.empty() && error == std::errc{} && rest == end && value >= 0 &&
           value <= 65535 && (signless[0] != '-' || value == 0);
}

} // namespace detail

OUSAGE_DECL io::Url parse_ollama_host(std::string_view text) {
    static constexpr std::string_view spaces = " \t\n\v\f\r";
    text = detail::trim(detail::trim(detail::trim(text, spaces), "\"'"), spaces);
    auto url = io::Url{};
    auto default_port = std::string("11434");
    auto const colon = text.find("://");
    auto rest = colon == text.npos ? text : text.substr(colon + 3);
    if (colon == text.npos) {
        url.scheme = "http";
        if (text == "ollama.com") {
            url.scheme = "https";
            rest = "ollama.com:443";
        }
    } else {
        url.scheme = text.substr(0, colon);
        auto const scheme_port = io::default_port(url.scheme);
        default_port = scheme_port.empty() ? default_port : scheme_port;
    }
    auto const slash = rest.find('/');
    url.path = slash == rest.npos ? "" : rest.substr(slash + 1);
    while (url.path.ends_with('/')) {
        url.path.pop_back();
    }
    rest = rest.substr(0, slash);
    if (!split_host_port(rest, url.host, url.port)) {
        auto const bare = std::string(detail::trim(rest, "[]"));
        url.host = detail::is_address(bare) ? bare : rest.empty() ? "127.0.0.1" : std::string(rest);
        url.port = default_port;
    }
    if (!detail::is_go_port(url.port)) {
        url.port = default_port;
    }
    return url;
}

} // namespace OUSAGE_NAMESPACE::ollama
