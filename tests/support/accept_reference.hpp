#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace ousage::test {

/// Slow reference implementation of Accept and Accept-Encoding negotiation: sorts all candidates.
/// Accepts headers of at most 300 bytes, so that no weight is out of the range of double.
class AcceptReference {
public:
    explicit AcceptReference(std::string const& header) {
        for (auto const& text : split(header, ',')) {
            members_.push_back(read(text));
        }
    }

    /// Returns true if the Accept header prefers OpenMetrics.
    bool wants_open_metrics() const {
        auto text = std::vector<Candidate>{}, open_metrics = std::vector<Candidate>{};
        for (std::size_t position = 0; position < members_.size(); ++position) {
            if (!members_[position]) {
                continue;
            }
            auto const& [name, version, quality] = *members_[position];
            auto const is_plain = name == "text/plain" && (version.empty() || version == "0.0.4");
            auto const specificity = is_plain ? 2 : name == "text/*" ? 1 : name == "*/*" ? 0 : -1;
            if (specificity >= 0) {
                text.emplace_back(-specificity, -quality, position);
            }
            if (name == "application/openmetrics-text" && (version.empty() || version == "1.0.0")) {
                open_metrics.emplace_back(0, -quality, position);
            }
        }
        return first_is_better(open_metrics, text);
    }

    /// Returns true if the Accept-Encoding header prefers gzip.
    bool wants_gzip() const {
        auto gzip = std::vector<Candidate>{}, identity = std::vector<Candidate>{};
        for (std::size_t position = 0; position < members_.size(); ++position) {
            if (!members_[position]) {
                continue;
            }
            auto const& [name, version, quality] = *members_[position];
            if (name == "gzip" || name == "x-gzip" || name == "*") {
                gzip.emplace_back(name == "*", -quality, position);
            } else if (name == "identity") {
                identity.emplace_back(0, -quality, position);
            }
        }
        return weight(gzip) > 0 && weight(gzip) >= weight(identity);
    }

private:
    struct Member {
        std::string name, version;
        double quality;
    };

    // Specificity (negative), weight (negative) and position. The smallest candidate applies.
    using Candidate = std::tuple<int, double, std::size_t>;

    static double weight(std::vector<Candidate> const& candidates) {
        return candidates.empty()
                   ? 0
                   : -std::get<1>(*std::min_element(candidates.begin(), candidates.end()));
    }

    static bool
    first_is_better(std::vector<Candidate> const& one, std::vector<Candidate> const& other) {
        if (weight(one) <= 0) {
            return false;
        }
        if (weight(one) != weight(other)) {
            return weight(one) > weight(other);
        }
        auto const position = [](std::vector<Candidate> const& candidates) {
            return std::get<2>(*std::min_element(candidates.begin(), candidates.end()));
        };
        return position(one) < position(other);
    }

    // Splits at every separator; returns at least one part.
    static std::vector<std::string> split(std::string const& text, char separator) {
        auto parts = std::vector<std::string>{""};
        for (auto const character : text) {
            if (character == separator) {
                parts.emplace_back();
            } else {
                parts.back() += character;
            }
        }
        return parts;
    }

    static std::string trim(std::string text) {
        while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
            text.erase(0, 1);
        }
        while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
            text.pop_back();
        }
        return text;
    }

    static std::string lower(std::string text) {
        for (auto& character : text) {
            if (std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZ").find(character) != std::string::npos) {
                character = static_cast<char>(character + ('a' - 'A'));
            }
        }
        return text;
    }

    // Parses a decimal number from 0 to 1, of any length; `.5` and `1.` are valid.
    static std::optional<double> read_quality(std::string const& text) {
        auto const digits = text.starts_with('-') ? text.substr(1) : text;
        auto const points = std::count(digits.begin(), digits.end(), '.');
        auto const known = digits.find_first_not_of(".0123456789") == std::string::npos;
        if (!known || points > 1 || digits.size() == static_cast<std::size_t>(points)) {
            return std::nullopt;
        }
        auto const value = std::strtod(text.c_str(), nullptr);
        return value >= 0 && value <= 1 ? std::optional(value) : std::nullopt;
    }

    static std::optional<Member> read(std::string const& text) {
        auto const parts = split(text, ';');
        auto member = Member{lower(trim(parts[0])), "", 1};
        for (std::size_t index = 1; index < parts.size(); ++index) {
            auto const part = trim(parts[index]);
            auto const equal = part.find('=');
            auto const key = lower(trim(part.substr(0, equal)));
            auto const value = equal == std::string::npos ? "" : part.substr(equal + 1);
            if (key == "version") {
                auto const last = value.size() - 1;
                auto const is_quoted = value.size() > 1 && value[0] == '"' && value[last] == '"';
                member.version = is_quoted ? value.substr(1, last - 1) : value;
            } else if (key == "q") {
                auto const quality = read_quality(value);
                if (!quality) {
                    return std::nullopt;
                }
                member.quality = *quality;
            }
        }
        return member;
    }

    std::vector<std::optional<Member>> members_;
};

} // namespace ousage::test
