#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/exposition.hpp>

#include <optional>

namespace OUSAGE_NAMESPACE::detail {

template <class T>
void write_optional(Exposition& into, Labels labels, std::optional<T> const& value) {
    if (value) {
        into.sample(labels, *value);
    }
}

} // namespace OUSAGE_NAMESPACE::detail
