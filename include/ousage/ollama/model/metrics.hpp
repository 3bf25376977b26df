#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/model/gpu.hpp>
#include <ousage/ollama/model/runner.hpp>
#include <ousage/ollama/model/windows.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// Numbers from the local API.
struct ServerMetrics {
    std::optional<std::uint64_t> models_total;           ///< models of /api/tags
    std::optional<std::uint64_t> models_local;           ///< of these, on this server
    std::optional<std::uint64_t> models_cloud;           ///< of these, stubs of cloud models
    std::optional<std::uint64_t> model_storage_bytes;    ///< bytes on disk of the local models
    std::optional<std::uint64_t> cloud_model_stub_bytes; ///< bytes on disk of the stubs
    std::optional<std::uint64_t> loaded_models;          ///< models of /api/ps
    std::optional<std::uint64_t> loaded_model_bytes;     ///< memory of the loaded models
    std::optional<std::uint64_t> loaded_vram_bytes;      ///< of this, GPU memory
    std::optional<std::uint64_t> context_window;         ///< tokens; maximum over the loaded models
    std::optional<std::uint64_t> models_with_tools;      ///< models with capability `tools`
    std::optional<std::uint64_t> models_with_vision;     ///< models with capability `vision`
    std::optional<std::uint64_t> models_with_thinking;   ///< models with capability `thinking`
    std::optional<std::uint64_t> max_context_length;     ///< tokens; maximum over all models
    std::optional<std::uint64_t> total_parameters;       ///< sum over the local models
    std::optional<double> api_response_ms;               ///< GET /api/version, milliseconds
};

/// Numbers from the server's log, in addition to the windows.
struct LogMetrics {
    std::optional<std::uint64_t> recent_requests;    ///< inference requests of the last 24 hours
    std::optional<std::uint64_t> log_lines;          ///< all lines of all files
    std::optional<std::uint64_t> log_lines_unparsed; ///< unparsed lines with `[GIN] `
    std::optional<std::uint64_t> log_bytes;          ///< bytes of all files
};

/// Numbers from the desktop database over all time.
struct DesktopMetrics {
    std::optional<std::uint64_t> total_conversations;      ///< chats
    std::optional<std::uint64_t> total_messages;           ///< messages of every role
    std::optional<std::uint64_t> total_user_messages;      ///< role `user`
    std::optional<std::uint64_t> total_assistant_messages; ///< role `assistant`
    std::optional<std::uint64_t> total_tool_calls;         ///< rows of tool_calls
    std::optional<std::uint64_t> total_attachments;        ///< rows of attachments
    std::optional<std::uint64_t> thinking_requests;        ///< responses with both thinking times
    std::optional<double> total_thinking_seconds;          ///< seconds
    std::optional<double> avg_thinking_seconds;            ///< seconds; absent without any
    std::optional<std::int64_t> configured_context_length; ///< tokens; absent if automatic
};

/// Numbers from the desktop database for one window.
struct DesktopActivity {
    std::optional<std::uint64_t> sessions;      ///< chats, by their created_at
    std::optional<std::uint64_t> messages;      ///< messages of every role
    std::optional<std::uint64_t> user_messages; ///< role `user`
    std::optional<std::uint64_t> tool_calls;    ///< by their message's created_at
    std::optional<std::uint64_t> attachments;   ///< by their message's created_at
    std::optional<std::uint64_t> tokens;        ///< estimated: (characters + 3) / 4 per response
};

/// Numbers from the cloud for one window.
struct CloudActivity {
    std::optional<std::uint64_t> cloud_requests;      ///< requests
    std::optional<std::uint64_t> cloud_input_tokens;  ///< tokens
    std::optional<std::uint64_t> cloud_output_tokens; ///< tokens
    std::optional<double> cloud_cost_usd;             ///< US dollars
};

/// The two windows that the cloud provides.
struct CloudWindows {
    static constexpr std::array<std::string_view, 2> key_suffixes{"_1d", "_7d"};
    CloudActivity one_day;    ///< 24 hours
    CloudActivity seven_days; ///< 7 days
};

/// Numbers from the cloud over all time.
struct CloudMetrics {
    std::optional<std::uint64_t> cloud_catalog_models; ///< models of the cloud's /api/tags
};

/// All numbers of a snapshot, in groups. The groups do not appear in the keys of the output.
struct Metrics {
    static constexpr bool flatten = true;
    ServerMetrics server;                      ///< from the local API
    Windows<RequestStatistics> requests;       ///< from the log, else the desktop database
    LogMetrics log;                            ///< from the log
    Windows<EngineStatistics> engine;          ///< from the engine's lines in the log
    DesktopMetrics desktop;                    ///< from the desktop database
    Windows<DesktopActivity> desktop_activity; ///< from the desktop database
    CloudMetrics cloud;                        ///< from the cloud
    CloudWindows cloud_activity;               ///< from the cloud
    GpuMetrics gpu;                            ///< from the drivers of this machine
    RunnerMetrics runner;                      ///< from the engine processes
};

} // namespace OUSAGE_NAMESPACE::ollama
