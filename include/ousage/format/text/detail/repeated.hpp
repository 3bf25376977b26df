#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::detail {

// The text `count` times.
inline std::string repeated(std::string_view text, std::size_t count) {
    auto whole = std::string{};
    for (std::size_t index = 0; index < count; ++index) {
        whole += text;
    }
    return whole;
}

} // namespace OUSAGE_NAMESPACE::detail
