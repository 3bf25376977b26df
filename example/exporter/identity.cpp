#include "example/exporter/identity.hpp"

#include <ousage/core/reflect.hpp>

#include <asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace ousage::program {

namespace {

// The attributes that identify neither an account nor a device. Every other one is removed.
constexpr std::array<std::string_view, 19> shown_attributes{
    "cli_version",
    "cloud_disabled",
    "cloud_source",
    "selected_model",
    "websearch_enabled",
    "turbo_enabled",
    "agent_mode",
    "tools_enabled",
    "think_enabled",
    "airplane_mode",
    "plan_name",
    "account_cached_at",
    "desktop_schema_version",
    "requests_from",
    "token_estimation",
    "auth_type",
    "cloud_age_seconds",
    "billing_cycle_start",
    "billing_cycle_end"};

// Adds the text of an attribute.
void add_text(std::optional<std::string> const& attribute, std::vector<std::string>& into) {
    if (attribute && !attribute->empty()) {
        into.push_back(*attribute);
    }
}

template <class T>
void add_text(std::optional<T> const&, std::vector<std::string>&) {}

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

constexpr std::string_view replacement = "<removed>";

// Replaces `value` where it is not part of a longer word.
void remove(std::string& text, std::string const& value) {
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

bool is_of_mail(char character) {
    return is_word(character) || std::string_view("._+%-").find(character) != std::string::npos;
}

// Replaces e-mail addresses, also those that no attribute contains.
void remove_mail(std::string& text) {
    for (auto at = text.find('@'); at != text.npos; at = text.find('@', at)) {
        auto begin = at, end = at + 1;
        while (begin > 0 && is_of_mail(text[begin - 1])) {
            --begin;
        }
        while (end < text.size() && is_of_mail(text[end])) {
            ++end;
        }
        if (begin == at || end == at + 1) {
            at = end;
            continue;
        }
        text.replace(begin, end - begin, replacement);
        at = begin + replacement.size();
    }
}

// Removes the attributes that are not shown. Returns the texts among them, the longest first.
std::vector<std::string> take_identity(ollama::Attributes& attributes) {
    auto values = std::vector<std::string>{};
    for_each_member(attributes, [&values](std::string_view name, auto& member) {
        if (std::find(shown_attributes.begin(), shown_attributes.end(), name) ==
            shown_attributes.end()) {
            add_text(member, values);
            member.reset();
        }
    });
    std::sort(values.begin(), values.end(), [](auto const& left, auto const& right) {
        return left.size() > right.size();
    });
    return values;
}

} // namespace

ollama::Snapshot without_identity(ollama::Snapshot snapshot) {
    auto const values = take_identity(snapshot.attributes);
    auto const clean = [&values](std::string& text) {
        for (auto const& value : values) {
            remove(text, value);
        }
        remove_mail(text);
    };
    clean(snapshot.message);
    for (auto& report : snapshot.sources) {
        if (report.error) {
            clean(*report.error);
        }
    }
    for (auto& [key, text] : snapshot.diagnostics) {
        clean(text);
    }
    return snapshot;
}

// HTTP/1.0 is the version that nginx sends unless it is told otherwise.
bool is_local(http::Request const& request) {
    return is_loopback(request.client) && !request.is_forwarded && !request.is_http_1_0 &&
           is_local_host(request.host);
}

} // namespace ousage::program
