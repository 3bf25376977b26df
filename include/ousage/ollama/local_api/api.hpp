#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/json/value.hpp>
#include <ousage/ollama/model/detail/blob_digest.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The objects of Ollama's API, as in its api/types.go. Each member is a key. Only keys that ousage
/// uses are listed; other keys are ignored, and a missing or null key leaves the member empty.
namespace OUSAGE_NAMESPACE::ollama::api {

/// `details` of a model; `parent_model` may be a path on the server and is not read.
struct ModelDetails {
    std::optional<std::string> format;             ///< `gguf`, `safetensors`; "" for cloud stubs
    std::optional<std::string> family;             ///< such as `llama`
    std::optional<std::string> parameter_size;     ///< `8.0B`, `111K`, ""
    std::optional<std::string> quantization_level; ///< `Q4_K_M`, `unknown`, ""
    std::optional<std::int64_t> context_length;    ///< in /api/tags since v0.30.0
};

/// One model of GET /api/tags, which lists the newest model first.
struct ListModel {
    std::string name;                        ///< display name
    std::string model;                       ///< the same; some servers send it alone
    std::optional<std::string> remote_model; ///< cloud stubs, since v0.12.0
    std::optional<std::string> remote_host;  ///< cloud stubs, since v0.12.0
    std::optional<Timestamp> modified_at;    ///< in the server's time zone
    std::optional<std::int64_t> size;        ///< bytes on disk
    std::optional<std::string> digest;       ///< 64 hexadecimal digits
    ModelDetails details;                    ///< always present
    std::vector<std::string> capabilities;   ///< since v0.30.0
};

/// One model of GET /api/ps, which lists only models that run on the server itself.
struct ProcessModel {
    std::string name;                           ///< display name
    std::string model;                          ///< the same; some servers send it alone
    std::optional<std::int64_t> size;           ///< bytes of memory, host and GPU
    std::optional<std::int64_t> size_vram;      ///< bytes in GPU memory
    std::optional<Timestamp> expires_at;        ///< start of idle time plus keep_alive
    std::optional<std::int64_t> context_length; ///< since v0.10.0
};

/// GET /api/version.
struct VersionResponse {
    std::optional<std::string> version; ///< `0.33.0`
};

/// `cloud` of GET /api/status.
struct CloudStatus {
    std::optional<bool> disabled;      ///< effective state
    std::optional<std::string> source; ///< `none`, `env`, `config` or `both`
};

/// GET /api/status, since v0.16.2.
struct StatusResponse {
    CloudStatus cloud; ///< cloud policy
};

/// `model_info` of POST /api/show. Its keys are prefixed with the architecture's name.
struct ModelInfo {
    std::optional<std::int64_t> parameter_count; ///< `general.parameter_count`
    std::optional<std::int64_t> context_length;  ///< `ARCHITECTURE.context_length`

    /// Reads these keys from the object; ignores values of another type.
    void read_json(JsonValue from) {
        auto const name = from.find("general.architecture");
        auto const architecture = name ? name->string() : std::nullopt;
        auto const number = [&from](std::string const& key) {
            auto const member = from.find(key);
            auto const value = member ? member->integer() : std::nullopt;
            return value && *value >= 0 ? value : std::nullopt;
        };
        parameter_count = number("general.parameter_count");
        context_length = number(std::string(architecture.value_or("")) + ".context_length");
    }
};

/// `modelfile` of POST /api/show. The prompts and parameters in it are not read.
struct Modelfile {
    std::optional<std::string> digest; ///< of the model's blob, in the first FROM line

    /// Reads the digest from the text; ignores values of another type.
    void read_json(JsonValue from) {
        auto const text = std::string_view(from.string().value_or(""));
        static constexpr std::string_view key = "FROM ";
        auto const start = text.starts_with(key) ? 0 : text.find("\nFROM ") + 1;
        if (!text.substr(start).starts_with(key)) {
            return;
        }
        auto const line = text.substr(start, text.find_first_of("\r\n", start) - start);
        digest = detail::digest_of_blob(line.substr(key.size()));
    }
};

/// The body of POST /api/show.
struct ShowRequest {
    std::string model; ///< name, with any characters
};

/// POST /api/show.
struct ShowResponse {
    ModelInfo model_info;                  ///< metadata of the model file
    Modelfile modelfile;                   ///< how the model was created
    std::optional<std::string> error;      ///< some servers send it with status 200
    std::vector<std::string> capabilities; ///< `completion`, `tools`, …
};

/// POST /api/me on a server that is not signed in.
struct SignInResponse {
    std::optional<std::string> signin_url; ///< with status 401
};

} // namespace OUSAGE_NAMESPACE::ollama::api
