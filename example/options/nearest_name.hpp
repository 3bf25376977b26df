#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ousage::program {

/// Returns the name that a misspelled word most probably means: the first of those that differ from
/// it in the fewest characters, inserted, removed, replaced or exchanged with their neighbours, if
/// these are at most a third of the word. Empty if there is none.
std::string nearest_name(std::string_view word, std::vector<std::string> const& names);

} // namespace ousage::program
