#pragma once

#include <ousage/core/offload.hpp>
#include <ousage/core/source.hpp>
#include <ousage/io/json_reader.hpp>
#include <ousage/io/small_file.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ousage::ollama {

/// What server.json brings to a snapshot. It is read by the server once, at its start: the live
/// server's own word wins over it.
struct ServerConfig {
    std::optional<bool> cloud_disabled; ///< `disable_ollama_cloud`
};

namespace detail {

// The keys of server.json (Ollama envconfig/config.go, serverConfigData).
struct ServerJson {
    std::optional<bool> disable_ollama_cloud;
};

// What Ollama cannot read counts as false there; we say what is wrong with it, and that.
inline void read_server_config(std::string_view text, Outcome<ServerConfig>& into) {
    auto json = ServerJson{};
    if (auto const failure = io::read_json(text, json)) {
        into.fail("server_json", *failure);
    }
    into.value.cloud_disabled = json.disable_ollama_cloud.value_or(false);
}

inline asio::awaitable<void>
collect_server_config(std::filesystem::path path, Outcome<ServerConfig>& into) {
    auto read = [path](std::stop_token) { return io::read_small_file(path, 1024 * 1024); };
    auto const text = co_await offload(std::move(read));
    if (text) {
        read_server_config(*text, into);
    } else if (text.failure().code == std::errc::no_such_file_or_directory) {
        into.absent("no " + path.string());
    } else {
        into.fail({}, text.failure());
    }
}

} // namespace detail

/// The source `server_config`: server.json, at most a mebibyte. `absent` where there is none.
inline Source<ServerConfig> server_config(std::filesystem::path path) {
    auto collect = [path = std::move(path)](Outcome<ServerConfig>& into) {
        return detail::collect_server_config(path, into);
    };
    return Source<ServerConfig>("server_config", std::move(collect));
}

} // namespace ousage::ollama
