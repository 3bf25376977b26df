#pragma once

#include <chrono>
#include <string>

/// What happens in a demonstration that runs for a while. Everything depends on the time since its
/// start alone. At its start it is the still picture that a single snapshot shows.
namespace ousage::program::demo_life {

/// Returns the response of GET /api/ps: in a minute, a second model is loaded, then both are
/// unloaded one after the other, and the first is loaded again. `now` is the demonstration's clock.
std::string loaded_models(std::chrono::seconds elapsed, std::chrono::sys_seconds now);

/// Returns the lines that the log gains in one second, in UTC: requests with their engine's lines,
/// one of fifteen of them failed. Often empty.
std::string log_lines(std::chrono::seconds elapsed, std::chrono::sys_seconds now);

/// Returns the response of GET /api/balance: more of the quota is used every second.
std::string balance(std::chrono::seconds elapsed);

} // namespace ousage::program::demo_life
