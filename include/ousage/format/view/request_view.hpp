#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view/field.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// The inference requests of one window.
struct RequestRow {
    std::string window; ///< `today`, `5 h`, `24 h`, `7 d`
    Field all;          ///< requests
    Field chat;         ///< of these, chat
    Field generate;     ///< of these, generate
    Field embed;        ///< of these, embed
    Field http_4xx;     ///< a warning if more than 5 % of all requests failed
    Field http_5xx;     ///< the same
    Field p50;          ///< latency, `1.2 s`
    Field p95;          ///< latency
    Field p99;          ///< latency
};

/// The inference requests.
struct RequestView {
    std::vector<Field> running;   ///< now, `qwen3:32b: 2 running, out 512 at 38.0 tok/s`
    std::vector<RequestRow> rows; ///< by window, the shortest first
    std::string from;             ///< `from the app` if there is no log
};

/// Derives the section `Requests`.
OUSAGE_DECL RequestView request_view(ollama::Snapshot const& snapshot);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/request_view.hpp>
#endif
