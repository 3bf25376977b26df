#pragma once

#include <ousage/core/secret.hpp>
#include <ousage/io/http/detail/http_line.hpp>
#include <ousage/io/http/loopback.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/local_api/server_credentials.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

OUSAGE_DECL bool is_credential_header(std::string_view name) {
    static constexpr std::string_view own[] = {"Accept",         "Accept-Encoding",  "Connection",
                                               "Content-Length", "Content-Type",     "Host",
                                               "User-Agent",     "Transfer-Encoding"};
    return io::detail::is_token(name) &&
           std::none_of(std::begin(own), std::end(own), [name](std::string_view other) {
               return io::same_name(name, other);
           });
}

OUSAGE_DECL std::optional<Failure> set_credentials(
    LocalApiCache& cache, ServerCredentials const& credentials, Environment const& environment) {
    auto const failure = [](std::string text) {
        return Failure{{}, make_error_code(Errc::configuration), std::move(text)};
    };
    auto sources = std::vector<std::pair<std::string, std::string>>{};
    if (credentials.bearer_env) {
        sources.emplace_back("Authorization", *credentials.bearer_env);
    }
    sources.insert(sources.end(), credentials.headers_env.begin(), credentials.headers_env.end());
    auto const& base = cache.client.base();
    if (!sources.empty() && base.scheme != "https" && !io::is_loopback(base.host)) {
        return failure(
            "credentials are sent only over https or to this machine, not to " +
            io::to_string(base));
    }
    auto headers = std::vector<io::Header>{};
    auto secrets = std::vector<Secret>{};
    for (auto const& [header, variable] : sources) {
        auto value = Secret::trimmed(environment(variable.c_str()).value_or(""));
        if (value.empty()) {
            return failure("the variable for the header " + header + " is not set");
        }
        auto const is_bearer = headers.empty() && credentials.bearer_env;
        headers.push_back(io::Header{header, (is_bearer ? "Bearer " : "") + value.reveal()});
        secrets.push_back(std::move(value));
    }
    cache.secrets = std::move(secrets);
    cache.client.use_headers(std::move(headers));
    return std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama
