#pragma once

#include <ousage/ollama/log/log_location.hpp>

#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

OUSAGE_DECL LogLocation log_directory(std::filesystem::path directory) {
    auto missing = "no server*.log in " + directory.string();
    return {
        [directory = std::move(directory)] { return io::list_server_logs(directory); },
        std::move(missing)};
}

OUSAGE_DECL LogLocation named_logs(std::vector<std::filesystem::path> paths) {
    auto missing = std::string("no log");
    for (auto const& path : paths) {
        missing += (&path == &paths.front() ? " " : ", ") + path.string();
    }
    auto list = [paths = std::move(paths)]() -> Result<std::vector<io::LogFile>> {
        auto files = std::vector<io::LogFile>{};
        for (auto const& path : paths) {
            auto found = io::list_log_files(path);
            if (!found) {
                return found.failure();
            }
            std::move(found->begin(), found->end(), std::back_inserter(files));
        }
        return files;
    };
    return {std::move(list), std::move(missing)};
}

OUSAGE_DECL LogLocation first_location(std::vector<LogLocation> locations) {
    auto missing = std::string{};
    for (auto const& location : locations) {
        missing += (missing.empty() ? "" : "; ") + location.missing;
    }
    auto list = [locations = std::move(locations)]() -> Result<std::vector<io::LogFile>> {
        auto failure = std::optional<Failure>{};
        for (auto const& location : locations) {
            auto files = location.list();
            if (files && !files->empty()) {
                return files;
            }
            // A parent that is no directory contains no log.
            if (!files && !failure && files.failure().code != std::errc::not_a_directory) {
                failure = files.failure();
            }
        }
        if (failure) {
            return *failure;
        }
        return std::vector<io::LogFile>{};
    };
    return {std::move(list), std::move(missing)};
}

} // namespace OUSAGE_NAMESPACE::ollama
