#pragma once

#include <ousage/config.hpp>
#include <ousage/io/http/http_message.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/version.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::io::detail {

// Returns true if the text contains no control character and none of `forbidden`.
inline bool is_clean(std::string_view text, std::string_view forbidden) {
    return std::none_of(text.begin(), text.end(), [forbidden](char character) {
        auto const code = static_cast<unsigned char>(character);
        return code < 0x20 || code == 0x7F || forbidden.find(character) != forbidden.npos;
    });
}

inline bool has_header(HttpRequest const& request, std::string_view name) {
    auto const same = [name](Header const& header) { return same_name(header.name, name); };
    return std::any_of(request.headers.begin(), request.headers.end(), same);
}

// Returns the bytes of a request to the server at `base`. Returns nothing if a part of the request
// contains a character that could end the line.
inline std::optional<std::string> request_text(HttpRequest const& request, Url const& base) {
    auto const host = host_header(base);
    auto const prefix = base.path.empty() ? std::string{} : "/" + base.path;
    if (!is_clean(request.method, " ") || !is_clean(request.target, " ") ||
        !is_clean(prefix, " ") || !is_clean(host, " ")) {
        return std::nullopt;
    }
    auto text = request.method + " " + prefix + request.target + " HTTP/1.1\r\nHost: " + host +
                "\r\nUser-Agent: ousage/" OUSAGE_VERSION "\r\n";
    if (!has_header(request, "Accept")) {
        text += "Accept: application/json\r\n";
    }
    // A request without this field allows every content coding (RFC 9110, section 12.5.3).
    if (!has_header(request, "Accept-Encoding")) {
        text += "Accept-Encoding: identity\r\n";
    }
    for (auto const& header : request.headers) {
        if (!is_clean(header.name, " :") || !is_clean(header.value, "")) {
            return std::nullopt;
        }
        text += header.name + ": " + header.value + "\r\n";
    }
    if (!request.body.empty()) {
        text += "Content-Type: application/json\r\n";
    }
    if (!request.body.empty() || request.method == "POST") {
        text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    }
    text += "\r\n" + request.body;
    return text;
}

} // namespace OUSAGE_NAMESPACE::io::detail
