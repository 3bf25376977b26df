#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace ousage::test {

/// The part of a source that is not in ousage, as a user would add it.
struct RoomTemperature {
    std::optional<double> room_celsius; ///< the temperature
};

/// The factory of the source. Its definition is in ollama/assembly/additional_source_test.cpp.
Source<RoomTemperature> room_temperature(double celsius);

} // namespace ousage::test

template <>
struct ousage::SourceTraits<ousage::test::RoomTemperature> : ousage::DefaultTraits {
    static constexpr std::string_view name = "room";
    static constexpr int order = 15; // between local_api and server_log
    static constexpr std::chrono::milliseconds deadline{200};
};
