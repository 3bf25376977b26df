#pragma once

#include <ousage/format/view.hpp>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL View make_view(ollama::Snapshot const& snapshot, ViewContext const& context) {
    auto view = View{};
    view.header = header_view(snapshot, context);
    view.loaded = loaded_view(snapshot, context);
    view.gpu = gpu_view(snapshot);
    view.tokens = token_view(snapshot, context);
    view.requests = request_view(snapshot);
    view.quota = quota_view(snapshot, context);
    view.sources = source_view(snapshot, context);
    view.history = history_view(snapshot);
    view.models = model_view(snapshot);
    return view;
}

OUSAGE_DECL Severity severity_of(View const& view) {
    auto worst = worse(view.header.status.severity, view.header.sentence.severity);
    for (auto const& row : view.loaded.rows) {
        worst = worse(worst, row.processor.severity);
    }
    for (auto const& row : view.gpu.rows) {
        worst = worse(worst, row.memory.severity);
    }
    for (auto const& row : view.tokens.rows) {
        for (auto const& value : row.values) {
            worst = worse(worst, value.severity);
        }
    }
    for (auto const& row : view.requests.rows) {
        worst = worse(worst, worse(row.http_4xx.severity, row.http_5xx.severity));
    }
    for (auto const& row : view.quota.rows) {
        worst = worse(worst, row.used.severity);
    }
    for (auto const& row : view.sources.rows) {
        worst = worse(worst, row.result.severity);
    }
    return worst;
}

} // namespace OUSAGE_NAMESPACE
