#pragma once

#include <ousage/core/cached.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/io/file/small_file.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/model/server_json.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// The keys of server.json (Ollama envconfig/config.go, serverConfigData).
struct ServerJsonKeys {
    std::optional<bool> disable_ollama_cloud;
};

inline asio::awaitable<void>
collect_server_json(std::filesystem::path path, Outcome<ServerJson>& into) {
    auto read = [path](std::stop_token) { return io::read_small_file(path, 1024 * 1024); };
    auto const text = co_await offload(read);
    if (text) {
        auto keys = ServerJsonKeys{};
        if (auto failure = read_json(*text, keys)) {
            into.fail({}, std::move(*failure));
        }
        into.value.cloud_disabled = keys.disable_ollama_cloud.value_or(false);
    } else if (text.failure().code == std::errc::no_such_file_or_directory) {
        into.absent("no " + path.string());
    } else {
        into.fail({}, text.failure());
    }
}

} // namespace detail

OUSAGE_DECL Source<ServerJson> server_json(std::filesystem::path path) {
    auto collect = [path = std::move(path)](Outcome<ServerJson>& into) {
        return detail::collect_server_json(path, into);
    };
    auto const age = std::chrono::seconds(5);
    return cached(Source<ServerJson>("server_json", std::move(collect)), age, age);
}

} // namespace OUSAGE_NAMESPACE::ollama
