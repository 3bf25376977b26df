#pragma once

#include <ousage/format/prometheus/accept.hpp>

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline std::string_view trim(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    return first == text.npos ? std::string_view{}
                              : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Removes the text up to the separator, or all of it, from the front and returns it, trimmed.
inline std::string_view split_until(std::string_view& text, char separator) {
    auto const end = text.find(separator);
    auto const part = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return trim(part);
}

inline std::string lower(std::string_view text) {
    auto copy = std::string(text);
    for (auto& character : copy) {
        character = character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                         : character;
    }
    return copy;
}

// Returns the value of a parameter, which may be a quoted string (RFC 9110, section 5.6.6). Its
// escapes do not occur in versions.
inline std::string_view unquoted(std::string_view value) {
    auto const is_quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    return is_quoted ? value.substr(1, value.size() - 2) : value;
}

// One member of an Accept or Accept-Encoding header (RFC 9110, sections 12.4 and 12.5).
struct Preference {
    std::string name;    // in lower case
    std::string version; // the `version` parameter
    double quality = 1;
};

// Empty if the weight `q` is not a number from 0 to 1.
inline std::optional<Preference> parse_preference(std::string_view text) {
    auto preference = Preference{};
    preference.name = lower(split_until(text, ';'));
    while (!text.empty()) {
        auto value = split_until(text, ';');
        auto const key = lower(split_until(value, '='));
        if (key == "version") {
            preference.version = unquoted(value);
        } else if (key == "q") {
            auto const* const end = value.data() + value.size();
            auto const [rest, error] =
                std::from_chars(value.data(), end, preference.quality, std::chars_format::fixed);
            if (error != std::errc{} || rest != end || !(preference.quality >= 0) ||
                preference.quality > 1) {
                return std::nullopt;
            }
        }
    }
    return preference;
}

// The preference of a header for one format. The most specific member counts; of equally specific
// members, the one with the highest weight; of equal weights, the first.
struct BestMatch {
    int specificity = -1;
    double quality = 0;
    std::size_t position = 0;

    void consider(int new_specificity, double weight, std::size_t index) {
        if (new_specificity > specificity) {
            *this = {new_specificity, weight, index};
        } else if (new_specificity == specificity && weight > quality) {
            quality = weight;
            position = index;
        }
    }
};

} // namespace detail

OUSAGE_DECL ExpositionFormat negotiate_exposition(std::string_view accept) {
    auto text = detail::BestMatch{};
    auto open_metrics = detail::BestMatch{};
    for (std::size_t position = 0; !accept.empty(); ++position) {
        auto const member = detail::parse_preference(detail::split_until(accept, ','));
        if (!member) {
            continue;
        }
        auto const& [name, version, quality] = *member;
        if (name == "text/plain" && (version.empty() || version == "0.0.4")) {
            text.consider(2, quality, position);
        } else if (name == "text/*") {
            text.consider(1, quality, position);
        } else if (name == "*/*") {
            text.consider(0, quality, position);
        } else if (
            name == "application/openmetrics-text" && (version.empty() || version == "1.0.0")) {
            open_metrics.consider(2, quality, position);
        }
    }
    auto const prefers =
        open_metrics.quality > text.quality ||
        (open_metrics.quality == text.quality && open_metrics.position < text.position);
    return open_metrics.quality > 0 && prefers ? ExpositionFormat::open_metrics
                                               : ExpositionFormat::text;
}

OUSAGE_DECL bool accepts_gzip(std::string_view accept_encoding) {
    auto gzip = detail::BestMatch{};
    auto identity = detail::BestMatch{};
    for (std::size_t position = 0; !accept_encoding.empty(); ++position) {
        auto const member = detail::parse_preference(detail::split_until(accept_encoding, ','));
        if (!member) {
            continue;
        }
        if (member->name == "gzip" || member->name == "x-gzip") {
            gzip.consider(1, member->quality, position);
        } else if (member->name == "*") {
            gzip.consider(0, member->quality, position);
        } else if (member->name == "identity") {
            identity.consider(1, member->quality, position);
        }
    }
    return gzip.quality > 0 && gzip.quality >= identity.quality;
}

} // namespace OUSAGE_NAMESPACE
