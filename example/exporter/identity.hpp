#pragma once

#include "example/exporter/http/request.hpp"
#include <ousage/ollama/snapshot.hpp>

namespace ousage::program {

/// Returns the snapshot without what identifies the account in the cloud or the device: e-mail
/// address, name, ids, and the link for signing in. An attribute that is not known to be harmless
/// is removed. If failures contain one of these values, or another e-mail address, it is replaced
/// by `<removed>`. The id of the account in the configuration is kept.
ollama::Snapshot without_identity(ollama::Snapshot snapshot);

/// Returns true if the client is on this machine: its address is loopback, no proxy forwarded the
/// request, and the requested host is `localhost` or a loopback address, so that a web page from
/// elsewhere whose name resolves to this machine is not local.
bool is_local(http::Request const& request);

} // namespace ousage::program
