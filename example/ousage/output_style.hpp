#pragma once

#include <ousage/format/text/text_style.hpp>
#include <ousage/ollama/model/environment.hpp>

#include <cstddef>
#include <optional>

namespace ousage::program {

/// Returns how text is written to standard output. `columns` is the width of the terminal; empty if
/// standard output is no terminal, 0 if its width is unknown. COLUMNS replaces the width. The width
/// is 40 to 200 columns, 80 if it is unknown. There is colour only on a terminal, unless NO_COLOR
/// is not empty or TERM is `dumb`; and Unicode only if the locale (LC_ALL, LC_CTYPE, LANG) is
/// UTF-8.
TextStyle output_style(ollama::Environment const& environment, std::optional<std::size_t> columns);

/// Returns how text is written to the standard output of this process.
TextStyle standard_output_style();

} // namespace ousage::program
