#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::io {

/// The URL of a server. The parts are kept as they were written; nothing is decoded.
struct Url {
    std::string scheme = "http"; ///< `http` or `https`; other schemes are not supported
    std::string host;            ///< name or address, IPv6 without brackets; empty: this machine
    std::string port;            ///< digits, as they were written
    std::string path;            ///< prefix of every target, no leading slash; may be empty

    bool operator==(Url const&) const = default;
};

/// Returns the default port of `http` or `https`; empty for other schemes.
OUSAGE_DECL std::string default_port(std::string_view scheme);

/// Returns `host:port` as in a URL: IPv6 in brackets, the `%` of a zone as `%25`.
OUSAGE_DECL std::string authority(Url const& url);

/// Formats a URL: `http://127.0.0.1:11434/prefix`.
OUSAGE_DECL std::string to_string(Url const& url);

/// Returns the value of the Host header: the authority without the default port and without an IPv6
/// zone. An Ollama server bound to loopback responds with 403 to an unknown host.
OUSAGE_DECL std::string host_header(Url const& url);

/// Replaces a host that means all addresses of this machine by one to connect to: empty and 0.0.0.0
/// by 127.0.0.1, [::] by ::1, in any spelling such as `::0`. See ConnectableHost in Ollama's
/// envconfig/config.go.
OUSAGE_DECL Url connectable(Url url);

/// Parses a port number; returns `nullopt` if the text is not a number from 1 to 65535.
OUSAGE_DECL std::optional<unsigned short> port_number(std::string_view text);

/// Parses a URL from a configuration: `http://` or `https://` in any case, host, port and path; the
/// scheme of the result is in lower case. Rejects user
/// names, passwords, queries and fragments. The failure never contains the rejected URL, which may
/// include a password.
OUSAGE_DECL Result<Url> parse_url(std::string_view text);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/http/impl/url.hpp>
#endif
