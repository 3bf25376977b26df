#pragma once

#include "example/manual/manual.hpp"

#include <vector>

namespace ousage::program {

/// Returns the environment variables that both programs read, besides those of options.
inline std::vector<ManualEntry> common_variables() {
    return {
        {"OLLAMA_API_KEY", "The key of the cloud account."},
        {"HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "The proxy of requests, as in curl and Go."},
        {"SSL_CERT_FILE, SSL_CERT_DIR", "The trusted certificate authorities."},
        {"TZ", "The zone of logs that contain none."},
    };
}

} // namespace ousage::program
