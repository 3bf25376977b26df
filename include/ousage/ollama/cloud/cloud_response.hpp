#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// The responses of the cloud. They are distinguished because the same key has a different meaning
/// in each.
enum class CloudResponse {
    me,      ///< POST /api/me
    tags,    ///< GET /api/tags
    balance, ///< GET /api/balance
    usage,   ///< GET /api/usage
};

/// Parses the body of one response with status 200. Accepts PascalCase and snake_case keys;
/// percentages as numbers, strings, fractions or objects; amounts as numbers or strings; used or
/// remaining values (reference: Ollama docs/api/balance.mdx, docs/api/cloud-usage.mdx and earlier
/// formats). `now` is the time of the response, for resets given in seconds. Leaves missing values
/// unset. Returns the failure, if any; its text never quotes the body.
OUSAGE_DECL std::optional<Failure> read_cloud_response(
    CloudResponse kind, std::string_view text, std::chrono::sys_seconds now, Cloud& into);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/cloud/impl/cloud_response.hpp>
#endif
