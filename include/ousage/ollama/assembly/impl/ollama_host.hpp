#pragma once

#include <ousage/core/detail/ascii_lower.hpp>
#include <ousage/ollama/assembly/ollama_host.hpp>

#include <asio/ip/address.hpp>

#include <charconv>
#include <cstddef>
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

// Returns the size of the white space character of Unicode (the property White_Space, as in Go's
// strings.TrimSpace) at the start or the end of the text; 0 if there is none.
inline std::size_t space_size(std::string_view text, bool at_end) {
    static constexpr std::string_view spaces[] = {
        " ",
        "\t",
        "\n",
        "\v",
        "\f",
        "\r",
        "\xC2\x85",
        "\xC2\xA0",
        "\xE1\x9A\x80",
        "\xE2\x80\x80",
        "\xE2\x80\x81",
        "\xE2\x80\x82",
        "\xE2\x80\x83",
        "\xE2\x80\x84",
        "\xE2\x80\x85",
        "\xE2\x80\x86",
        "\xE2\x80\x87",
        "\xE2\x80\x88",
        "\xE2\x80\x89",
        "\xE2\x80\x8A",
        "\xE2\x80\xA8",
        "\xE2\x80\xA9",
        "\xE2\x80\xAF",
        "\xE2\x81\x9F",
        "\xE3\x80\x80"};
    for (auto const space : spaces) {
        if (at_end ? text.ends_with(space) : text.starts_with(space)) {
            return space.size();
        }
    }
    return 0;
}

inline std::string_view trim_space(std::string_view text) {
    while (auto const size = space_size(text, false)) {
        text.remove_prefix(size);
    }
    while (auto const size = space_size(text, true)) {
        text.remove_suffix(size);
    }
    return text;
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
    text = detail::trim_space(detail::trim(detail::trim_space(text), "\"'"));
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
        // Ollama compares the scheme with its case; a connection needs it without.
        auto const scheme = text.substr(0, colon);
        auto const lower = ousage::detail::ascii_lower(scheme);
        auto const scheme_port = io::default_port(scheme);
        url.scheme = io::default_port(lower).empty() ? std::string(scheme) : lower;
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

OUSAGE_DECL Result<io::Url> parse_base_url(std::string_view text) {
    if (text.find_first_of("?#@") != text.npos) {
        return {
            Errc::configuration,
            "a base URL must not contain a user name, password, query or fragment"};
    }
    return parse_ollama_host(text);
}

} // namespace OUSAGE_NAMESPACE::ollama
