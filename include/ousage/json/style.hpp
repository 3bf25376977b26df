#pragma once

#include <ousage/config.hpp>

namespace OUSAGE_NAMESPACE {

/// How JSON is laid out.
enum class JsonStyle {
    pretty,  ///< two blanks a level, one value a line
    compact, ///< one line, no blanks
};

} // namespace OUSAGE_NAMESPACE
