#pragma once

#include <ousage/config.hpp>

namespace OUSAGE_NAMESPACE::ollama {

/// How long the first poll of a stream waits. Further polls read what has arrived.
enum class StreamWait {
    until_end, ///< until the stream ends, or a deadline interrupts the poll
    none,      ///< not at all: it reads what has arrived, for programs that poll
};

} // namespace OUSAGE_NAMESPACE::ollama
