#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view/units.hpp>

#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::detail {

// ` at 41.2 tok/s`; empty without a speed.
inline std::string speed_text(std::optional<double> const& rate) {
    return rate ? " at " + rate_text(*rate) + " tok/s" : std::string{};
}

} // namespace OUSAGE_NAMESPACE::detail
