#include "example/exporter/identity.hpp"

#include <asio/ip/address.hpp>

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace ousage::program {

namespace {

bool is_loopback(asio::ip::address const& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
    }
    return address.is_loopback();
}

// Returns the host of `localhost:9200` or `[::1]:9200`, in lower case and without brackets.
std::string host_of(std::string_view authority) {
    auto const bracket = authority.find(']');
    auto host = std::string(
        authority.starts_with('[') && bracket != authority.npos
            ? authority.substr(1, bracket - 1)
            : authority.substr(0, authority.find(':')));
    std::transform(host.begin(), host.end(), host.begin(), [](unsigned char character) {
        return static_cast<char>(std::tolower(character));
    });
    return host;
}

bool is_local_host(std::string_view authority) {
    auto const host = host_of(authority);
    auto error = std::error_code();
    auto const address = asio::ip::make_address(host, error);
    return error ? host == "localhost" || host.ends_with(".localhost") : is_loopback(address);
}

bool is_word(char character) {
    return std::isalnum(static_cast<unsigned char>(character)) != 0;
}

// Replaces `value` where it is not part of a longer word.
void remove(std::string& text, std::string const& value) {
    static constexpr std::string_view replacement = "<removed>";
    for (auto at = text.find(value); at != text.npos; at = text.find(value, at)) {
        auto const end = at + value.size();
        auto const is_whole =
            (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
        if (is_whole) {
            text.replace(at, value.size(), replacement);
        }
        at += is_whole ? replacement.size() : value.size();
    }
}

} // namespace

ollama::Snapshot without_identity(ollama::Snapshot snapshot) {
    auto& from = snapshot.attributes;
    auto values = std::vector<std::string>{};
    for (auto* const member :
         {&from.account_email, &from.signin_url, &from.device_id, &from.account_id,
          &from.customer_id, &from.subscription_id, &from.workos_user_id, &from.account_name}) {
        if (*member && !(*member)->empty()) {
            values.push_back(**member);
        }
        member->reset();
    }
    for (auto const& value : values) {
        remove(snapshot.message, value);
        for (auto& report : snapshot.sources) {
            if (report.error) {
                remove(*report.error, value);
            }
        }
        for (auto& [key, text] : snapshot.diagnostics) {
            remove(text, value);
        }
    }
    return snapshot;
}

// HTTP/1.0 is the version that nginx sends unless it is told otherwise.
bool is_local(http::Request const& request) {
    return is_loopback(request.client) && !request.is_forwarded && !request.is_http_1_0 &&
           is_local_host(request.host);
}

} // namespace ousage::program
