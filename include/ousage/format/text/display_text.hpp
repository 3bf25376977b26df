#pragma once

#include <ousage/config.hpp>

#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// Makes text from a server, a log or a file safe to show. Control characters, line breaks,
/// bidirectional controls and characters without a glyph become `U+XXXX`, as do combining marks
/// without a base and those after the fourth mark of a character. A byte that is not part of
/// well-formed UTF-8 becomes U+FFFD. The result is well-formed UTF-8 on one line.
OUSAGE_DECL std::string display_text(std::string_view text);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/text/impl/display_text.hpp>
#endif
