#pragma once

#include <ousage/config.hpp>

namespace OUSAGE_NAMESPACE {

/// The layout of JSON text.
enum class JsonStyle {
    pretty,  ///< one value per line, two spaces per level
    compact, ///< one line, no spaces
};

/// Whether empty members (lists, maps and objects) are written.
enum class EmptyMembers {
    left_out, ///< omit keys without a value, as in a snapshot
    written,  ///< write empty values, such as the `errors` of a log entry
};

} // namespace OUSAGE_NAMESPACE
