#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ousage::program::http {

/// Returns the descriptors that systemd passed to the process `own_pid`, from the values of
/// LISTEN_PID and LISTEN_FDS (sd_listen_fds(3)). Empty if there are none, or if they are those of
/// another process.
std::vector<int> systemd_sockets(
    std::optional<std::string> const& pid, std::optional<std::string> const& count, long own_pid);

} // namespace ousage::program::http
