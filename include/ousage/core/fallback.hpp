#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <utility>

namespace OUSAGE_NAMESPACE {

/// A source with a precedence in a merge. Lower ranks take precedence.
template <class T, int Rank>
struct Ranked {
    Source<T> source; ///< the ranked source
};

/// Sets the precedence if two sources of a merge fill the same member: a fallback source only fills
/// members that the others left empty. Example: `desktop_db(configuration) | fallback`.
struct Fallback {
    template <class T>
    [[nodiscard]] Ranked<T, 1> operator()(Source<T> source) const {
        return {std::move(source)};
    }
};

/// See `Fallback`.
inline constexpr Fallback fallback{};

} // namespace OUSAGE_NAMESPACE
