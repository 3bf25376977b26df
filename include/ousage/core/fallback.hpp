#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <utility>

namespace OUSAGE_NAMESPACE {

/// A source with a place in the order of precedence of a merge: lower ranks win.
template <class T, int Rank>
struct Ranked {
    Source<T> source; ///< the source itself
};

/// States the order where two sources of a merge claim the same member: this one only fills what
/// the others left empty. Reads `desktop_db(configuration) | fallback`.
struct Fallback {
    template <class T>
    Ranked<T, 1> operator()(Source<T> source) const {
        return {std::move(source)};
    }
};

/// See `Fallback`.
inline constexpr Fallback fallback{};

} // namespace OUSAGE_NAMESPACE
