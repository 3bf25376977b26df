#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// The same source with another name.
template <class T>
[[nodiscard]] Source<T> named(Source<T> source, std::string name) {
    return source.with_name(std::move(name));
}

/// The pipe form: `source | named("backup")`.
[[nodiscard]] inline auto named(std::string name) {
    return [name = std::move(name)]<class T>(Source<T> source) {
        return named(std::move(source), name);
    };
}

} // namespace OUSAGE_NAMESPACE
