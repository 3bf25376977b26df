#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/http/url.hpp>

#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// Splits `host:port` as Go's net.SplitHostPort does. Returns false if the text is not of that
/// form.
OUSAGE_DECL bool split_host_port(std::string_view text, std::string& host, std::string& port);

/// Parses OLLAMA_HOST exactly as Ollama does (`Var` and `Host` in envconfig/config.go): a bare
/// number is a host, `http://x` means port 80, `https://x` means port 443, and other schemes keep
/// 11434, as does `HTTP://x`. The scheme of the result is in lower case if it is http or https.
/// Never fails: invalid text yields a URL that cannot be reached.
OUSAGE_DECL io::Url parse_ollama_host(std::string_view text);

/// Like `parse_ollama_host`, but rejects user names, passwords, queries and fragments, which may
/// contain a secret. The failure never contains the text.
OUSAGE_DECL Result<io::Url> parse_base_url(std::string_view text);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/assembly/impl/ollama_host.hpp>
#endif
