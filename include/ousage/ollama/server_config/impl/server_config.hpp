#pragma once

#include <ousage/core/offload.hpp>
#include <ousage/io/file/small_file.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/server_config.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// The keys of server.json (Ollama envconfig/config.go, serverConfigData).
struct ServerJson {
    std::optional<bool> disable_ollama_cloud;
};

// Ollama treats a value it cannot read as false. Report the failure and return false, too.
inline void read_server_config(std::string_view text, Outcome<ServerConfig>& into) {
    auto json = ServerJson{};
    if (auto const failure = read_json(text, json)) {
        into.fail("server_json", *failure);
    }
    into.value.cloud_disabled = json.disable_ollama_cloud.value_or(false);
}

inline asio::awaitable<void>
collect_server_config(std::filesystem::path path, Outcome<ServerConfig>& into) {
    auto read = [path](std::stop_token) { return io::read_small_file(path, 1024 * 1024); };
    auto const text = co_await offload(read);
    if (text) {
        read_server_config(*text, into);
    } else if (text.failure().code == std::errc::no_such_file_or_directory) {
        into.absent("no " + path.string());
    } else {
        into.fail({}, text.failure());
    }
}

} // namespace detail

OUSAGE_DECL Source<ServerConfig> server_config(std::filesystem::path path) {
    auto collect = [path = std::move(path)](Outcome<ServerConfig>& into) {
        return detail::collect_server_config(path, into);
    };
    return Source<ServerConfig>(std::move(collect));
}

} // namespace OUSAGE_NAMESPACE::ollama
