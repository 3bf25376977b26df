#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace ousage::test {

/// The part of a source that ousage does not have.
struct Room {
    std::optional<double> room_celsius; ///< the temperature
};

/// Its factory; the definition is in ollama/assembly/additional_source_test.cpp.
Source<Room> room(double celsius);

} // namespace ousage::test

template <>
struct ousage::SourceTraits<ousage::test::Room> : ousage::DefaultTraits {
    static constexpr std::string_view name = "room";
    static constexpr int order = 15; // between local_api and server_log
    static constexpr std::chrono::milliseconds deadline{200};
};
