#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/exposition.hpp>

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline std::string_view trim_blanks(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    return first == text.npos ? std::string_view{}
                              : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Removes the text up to the separator, or all of it, from the front and returns it, trimmed.
inline std::string_view take_until(std::string_view& text, char separator) {
    auto const end = text.find(separator);
    auto const part = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    return trim_blanks(part);
}

inline std::string lower(std::string_view text) {
    auto copy = std::string(text);
    for (auto& letter : copy) {
        letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    return copy;
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
    preference.name = lower(take_until(text, ';'));
    while (!text.empty()) {
        auto value = take_until(text, ';');
        auto const key = lower(take_until(value, '='));
        if (key == "version") {
            preference.version = value;
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
struct Wanted {
    int specificity = -1;
    double quality = 0;
    std::size_t position = 0;

    void consider(int how_specific, double weight, std::size_t where) {
        if (how_specific > specificity) {
            *this = {how_specific, weight, where};
        } else if (how_specific == specificity && weight > quality) {
            quality = weight;
            position = where;
        }
    }
};

} // namespace detail

/// The format that an Accept header requests. Returns OpenMetrics only if the header names it, and
/// its weight is higher than that of text, or equal and it precedes text. Otherwise returns text
/// 0.0.4, also if the header is empty, malformed or requests other formats, as the official
/// Prometheus exporters do.
inline ExpositionFormat negotiate_exposition(std::string_view accept) {
    auto text = detail::Wanted{};
    auto open_metrics = detail::Wanted{};
    for (std::size_t position = 0; !accept.empty(); ++position) {
        auto const member = detail::parse_preference(detail::take_until(accept, ','));
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

/// True if an Accept-Encoding header accepts gzip, by name or as `*`, with a weight greater than 0
/// and not less than that of `identity`.
inline bool accepts_gzip(std::string_view accept_encoding) {
    auto gzip = detail::Wanted{};
    auto identity = detail::Wanted{};
    for (std::size_t position = 0; !accept_encoding.empty(); ++position) {
        auto const member = detail::parse_preference(detail::take_until(accept_encoding, ','));
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
