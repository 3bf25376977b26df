#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/core/secret.hpp>
#include <ousage/io/http/url.hpp>

#include <functional>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::io {

/// An HTTP proxy.
struct Proxy {
    Url url;            ///< scheme `http`, host and port
    Secret credentials; ///< `user:password`; empty if none
};

/// Returns the value of an environment variable; `nullopt` if it is not set.
using Variables = std::function<std::optional<std::string>(char const* name)>;

/// Returns the proxy for requests to `target`. Follows Go's rules
/// (golang.org/x/net/http/httpproxy), because Ollama itself uses them:
/// - Reads HTTPS_PROXY or HTTP_PROXY, according to the target's scheme, or the lower-case name if
///   that variable is empty.
/// - Uses no proxy for this machine and for hosts in NO_PROXY: `*`, `example.com` (with its
///   subdomains), `.example.com` (only its subdomains), addresses and networks, each with or
///   without a port.
/// - Rejects HTTP_PROXY if REQUEST_METHOD is set, because in a CGI program a remote client can set
///   HTTP_PROXY.
///
/// A proxy with another scheme than http is a failure. The failure never contains the value, which
/// may include a password.
OUSAGE_DECL Result<std::optional<Proxy>> proxy_for(Url const& target, Variables const& variables);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/http/impl/proxy.hpp>
#endif
