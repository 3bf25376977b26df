#pragma once

#include <ousage/core/cached.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/io/file/small_file.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/model/server_json.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// The keys of server.json (Ollama envconfig/config.go, serverConfigData).
struct ServerJsonKeys {
    std::optional<bool> disable_ollama_cloud;
};

// The text of the first file that exists. A second file that cannot be read does not count: it
// belongs to another user.
struct ServerJsonText {
    Result<std::string> text;
    std::string missing; // human-readable, if neither exists
};

inline ServerJsonText
read_server_json(std::filesystem::path const& path, std::filesystem::path const& otherwise) {
    constexpr std::size_t limit = 1024 * 1024;
    auto found = ServerJsonText{io::read_small_file(path, limit), "no " + path.string()};
    auto const is_missing =
        !found.text && found.text.failure().code == std::errc::no_such_file_or_directory;
    if (!is_missing || otherwise.empty()) {
        return found;
    }
    auto second = io::read_small_file(otherwise, limit);
    if (second) {
        found.text = std::move(second);
    } else if (second.failure().code == std::errc::no_such_file_or_directory) {
        found.missing += ", " + otherwise.string();
    } else {
        found.missing += "; " + to_string(second.failure());
    }
    return found;
}

inline asio::awaitable<void> collect_server_json(
    std::filesystem::path path, std::filesystem::path otherwise, Outcome<ServerJson>& into) {
    auto read = [path, otherwise](std::stop_token) { return read_server_json(path, otherwise); };
    auto const found = co_await offload(read);
    auto const& text = found.text;
    if (text) {
        auto keys = ServerJsonKeys{};
        if (auto failure = read_json(*text, keys)) {
            into.fail({}, std::move(*failure));
        }
        into.value.cloud_disabled = keys.disable_ollama_cloud.value_or(false);
    } else if (text.failure().code == std::errc::no_such_file_or_directory) {
        into.absent(found.missing);
    } else {
        into.fail({}, text.failure());
    }
}

} // namespace detail

OUSAGE_DECL Source<ServerJson>
server_json(std::filesystem::path path, std::filesystem::path otherwise) {
    auto collect = [path = std::move(path),
                    otherwise = std::move(otherwise)](Outcome<ServerJson>& into) {
        return detail::collect_server_json(path, otherwise, into);
    };
    auto const age = std::chrono::seconds(5);
    return cached(Source<ServerJson>("server_json", std::move(collect)), age, age);
}

} // namespace OUSAGE_NAMESPACE::ollama
