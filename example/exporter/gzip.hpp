#pragma once

#include <string>
#include <string_view>

namespace ousage::program {

/// Compresses a text as one gzip member. `level` is that of zlib, 1 to 9. Throws if the memory is
/// exhausted.
std::string gzip(std::string_view text, int level = 4);

} // namespace ousage::program
