#pragma once

#include <ousage/json/reader.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ousage::test {

/// Reads a snapshot from its JSON.
inline ollama::Snapshot read_snapshot(std::string const& text) {
    auto snapshot = ollama::Snapshot{};
    auto const failure = read_json(text, snapshot);
    EXPECT_FALSE(failure) << (failure ? failure->text : "");
    return snapshot;
}

/// A busy server: two models, one of them partly on the CPU, a GPU, a log, a cloud account with
/// little quota left. Every output for people is tested with it.
inline ollama::Snapshot busy_snapshot() {
    return read_snapshot(R"({"account_id":"desk","timestamp":"2026-11-20T16:04:05+01:00",
    "status":"OK",
    "sources":[{"name":"local_api","state":"ok","elapsed_ms":12.4},
      {"name":"server_log","state":"ok","elapsed_ms":3.1},
      {"name":"desktop_db","state":"absent","elapsed_ms":0.2,"error":"no db.sqlite"},
      {"name":"server_config","state":"ok","elapsed_ms":0.4},
      {"name":"cloud","state":"partial","elapsed_ms":210,"error":"balance: HTTP status 500"},
      {"name":"gpu","state":"ok","elapsed_ms":1.2},
      {"name":"runners","state":"ok","elapsed_ms":2.3}],
    "metrics":{"models_total":3,"loaded_models":2,"loaded_vram_bytes":13743895347,
      "model_storage_bytes":22548578304,"api_response_ms":12.4,
      "requests_today":184,"chat_requests_today":150,"generate_requests_today":30,
      "embed_requests_today":4,"http_4xx_today":1,"http_5xx_today":0,
      "p50_latency_ms_today":1204,"p95_latency_ms_today":8400,"p99_latency_ms_today":31000,
      "requests_5h":61,"chat_requests_5h":52,"generate_requests_5h":9,"embed_requests_5h":0,
      "http_4xx_5h":3,"http_5xx_5h":1,
      "p50_latency_ms_5h":410,"p95_latency_ms_5h":7900,"p99_latency_ms_5h":12000,
      "requests_7d":12345,"chat_requests_7d":12000,"generate_requests_7d":300,
      "embed_requests_7d":45,"http_4xx_7d":14,"http_5xx_7d":2,
      "output_tokens_today":86300,"output_tokens_per_second_today":41.24,
      "input_tokens_today":1200000,"cached_input_tokens_today":768000,
      "input_tokens_per_second_today":1904,"cancelled_generations_today":0,
      "truncated_inputs_today":2,
      "gpu_memory_total_bytes":25769803776,
      "cloud_requests_1d":31,"cloud_input_tokens_1d":182000,"cloud_output_tokens_1d":24100,
      "cloud_cost_usd_1d":0.214},
    "limits":{"usage_five_hour":{"used":31,"limit":100,"unit":"percent",
        "resets_at":"2026-11-20T18:14:05+01:00"},
      "usage_weekly":{"used":91,"limit":100,"unit":"percent",
        "resets_at":"2026-11-23T20:00:00+01:00"},
      "usage_monthly":{"used":76,"limit":100,"unit":"percent"},
      "balance_included_usd":{"used":3.2,"limit":20,"unit":"usd"},
      "balance_purchased_usd":{"remaining":25,"unit":"usd"}},
    "attributes":{"cli_version":"0.33.1","plan_name":"pro","cloud_age_seconds":"12"},
    "models":[{"name":"llama3.2:3b","parameter_size":"3.2B","quantization_level":"Q4_K_M",
        "size_bytes":2019393189,"context_length":131072,"capabilities":["completion","tools"],
        "digest":"a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72",
        "modified_at":"2026-11-02T16:04:05+01:00","location":"local"},
      {"name":"qwen3:32b","parameter_size":"32.8B","quantization_level":"Q4_K_M",
        "size_bytes":20201253588,"location":"local"},
      {"name":"gpt-oss:120b-cloud","size_bytes":384,"location":"cloud"}],
    "loaded_models":[{"name":"llama3.2:3b","size_bytes":3328599654,"size_vram_bytes":3328599654,
        "cpu_percent":0,"context_length":8192,"expires_at":"2026-11-20T16:08:06+01:00"},
      {"name":"qwen3:32b","size_bytes":15247133901,"size_vram_bytes":10415295693,
        "cpu_percent":31.7,"context_length":32768,"expires_at":"2026-11-20T16:31:10+01:00"}],
    "gpus":[{"index":0,"name":"RTX 4090","vendor":"nvidia","utilization_percent":83,
      "memory_used_bytes":19220000000,"memory_total_bytes":25769803776,"power_watts":312.4,
      "temperature_celsius":64,"used_by_ollama":true}],
    "runners":[{"model":"qwen3:32b","active_requests":2,"output_tokens":512,
        "output_tokens_per_second":38.04},{"model":"llama3.2:3b","active_requests":0}],
    "daily_series":{"requests":[{"date":"2026-11-18","value":38},{"date":"2026-11-19","value":9},
        {"date":"2026-11-20","value":184}],
      "tokens":[{"date":"2026-11-20","value":12345}],
      "requests_model_llama3.2:3b":[{"date":"2026-11-20","value":1}]}})");
}

/// A server that does not respond. The log is still read.
inline ollama::Snapshot down_snapshot() {
    return read_snapshot(R"({"account_id":"desk","timestamp":"2026-11-20T16:04:05+01:00",
    "status":"OK",
    "sources":[{"name":"local_api","state":"error","elapsed_ms":1,
        "error":"version: cannot connect to 127.0.0.1:11434: Connection refused; tags: x"},
      {"name":"server_log","state":"ok","elapsed_ms":3.1}],
    "metrics":{"requests_today":4,"http_4xx_today":0,"http_5xx_today":0}})");
}

/// A server without loaded models and without requests.
inline ollama::Snapshot idle_snapshot() {
    return read_snapshot(R"({"account_id":"desk","timestamp":"2026-11-20T16:04:05Z",
    "status":"OK","sources":[{"name":"local_api","state":"ok","elapsed_ms":8}],
    "metrics":{"models_total":0,"loaded_models":0,"api_response_ms":8}})");
}

} // namespace ousage::test
