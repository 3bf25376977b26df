#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Where a model runs.
enum class Location {
    local, ///< on the server
    cloud, ///< in the cloud; the server has a stub and forwards requests
};

/// One model of GET /api/tags. An older server's data is completed from POST /api/show.
struct Model {
    std::string name;                              ///< display name, `llama3.2:latest`
    std::optional<std::string> family;             ///< such as `llama`
    std::optional<std::string> format;             ///< of the weights on disk, such as `gguf`
    std::optional<std::string> parameter_size;     ///< as the server writes it, `8.0B`
    std::optional<std::string> quantization_level; ///< such as `Q4_K_M`
    std::optional<std::int64_t> size_bytes;        ///< on disk: all layers and the configuration
    std::optional<std::string> digest;             ///< 64 hexadecimal digits
    std::optional<Timestamp> modified_at;          ///< in the server's UTC offset
    Location location = Location::local;           ///< see Ollama's internal/modelref
    std::optional<std::string> remote_model;       ///< the upstream name of a stub
    std::optional<std::string> remote_host;        ///< the upstream host of a stub
    std::vector<std::string> capabilities;         ///< `completion`, `tools`, `vision`, …
    std::optional<std::int64_t> context_length;    ///< tokens: the model's maximum
};

/// One model of GET /api/ps, currently in memory.
struct LoadedModel {
    std::string name;                            ///< display name
    std::optional<std::int64_t> size_bytes;      ///< memory of the runner, host and GPU
    std::optional<std::int64_t> size_vram_bytes; ///< the part of it in GPU memory
    std::optional<double> vram_gb;               ///< the same in 10^9 bytes
    std::optional<double> cpu_percent;           ///< 0 to 100: the part not in GPU memory
    std::optional<std::int64_t> context_length;  ///< tokens it was loaded with
    std::optional<Timestamp> expires_at;         ///< may be in the past during a long request
};

} // namespace OUSAGE_NAMESPACE::ollama
