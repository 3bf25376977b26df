#pragma once

#include <ousage/config.hpp>

#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::io {

/// Encodes bytes as base64 with padding (RFC 4648, section 4).
OUSAGE_DECL std::string to_base64(std::string_view bytes);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/http/impl/base64.hpp>
#endif
