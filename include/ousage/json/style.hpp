#pragma once

#include <ousage/config.hpp>

namespace OUSAGE_NAMESPACE {

/// The layout of JSON text.
enum class JsonStyle {
    pretty,  ///< one value per line, two spaces per level
    compact, ///< one line, no spaces
};

} // namespace OUSAGE_NAMESPACE
