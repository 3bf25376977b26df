#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// Reads the usage of the session, day, week and month, their resets and the plan from the
/// account's settings page. Matches texts rather than markup, and runs no script. A reset is an
/// exact time (`data-time`, `datetime`), or a duration such as `Resets in 3 hours`, which is added
/// to `now`. A page that is cut off within a value yields no figure for that value. Returns a
/// failure with code `unauthorized` if the page asks the user to sign in, or `parse` if it contains
/// no usage.
OUSAGE_DECL std::optional<Failure>
read_settings_page(std::string_view page, std::chrono::sys_seconds now, Cloud& into);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/cloud/impl/settings_page.hpp>
#endif
