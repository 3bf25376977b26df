#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view/times.hpp>
#include <ousage/format/view/view_context.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

namespace OUSAGE_NAMESPACE::detail {

// The cloud is queried at most once a minute. Older values were kept because it did not respond.
inline constexpr std::chrono::seconds fresh_for{120};

// Returns the age of a source's values if they are stale, such as `2 h`; else an empty text.
inline std::string
stale_age(ollama::Snapshot const& snapshot, ViewContext const& context, std::string const& source) {
    auto age = std::chrono::seconds(0);
    if (auto const found = context.ages.find(source); found != context.ages.end()) {
        age = found->second;
    }
    if (source == "cloud") {
        auto const limit = std::uint64_t{1} << 40;
        auto const kept = std::min(snapshot.attributes.cloud_age_seconds.value_or(0), limit);
        age = std::max(age, std::chrono::seconds(kept));
    }
    return age >= fresh_for ? age_text(age) : std::string{};
}

} // namespace OUSAGE_NAMESPACE::detail
