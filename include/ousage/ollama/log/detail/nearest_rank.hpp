#pragma once

#include <ousage/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns the smallest value that at least `percent` % of all values do not exceed. `values` must
// not be empty and is reordered.
inline std::int64_t nearest_rank(std::vector<std::int64_t>& values, std::size_t percent) {
    auto const rank = (values.size() * percent + 99) / 100;
    auto const at = values.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
