#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/ollama/model/environment.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

struct LocalApiCache;

/// The environment variables with the credentials for a server, such as a reverse proxy's.
struct ServerCredentials {
    std::optional<std::string> bearer_env;          ///< sent as `Authorization: Bearer VALUE`
    std::map<std::string, std::string> headers_env; ///< name of a header to the variable
};

/// Returns true if the text is the name of a header that may contain credentials: a token, and no
/// header that the client sets itself.
OUSAGE_DECL bool is_credential_header(std::string_view name);

/// Lets the client of `cache` send the credentials with each request. They are sent only over https
/// or to a loopback address: any other server is a failure, as is a variable that is not set. Not
/// concurrently with requests.
OUSAGE_DECL std::optional<Failure> set_credentials(
    LocalApiCache& cache, ServerCredentials const& credentials, Environment const& environment);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/local_api/impl/server_credentials.hpp>
#endif
