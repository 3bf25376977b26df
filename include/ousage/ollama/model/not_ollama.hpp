#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/json/value.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// Returns at most the first 100 bytes of a server's text, for an error message.
inline std::string shortened(std::string_view text) {
    static constexpr std::size_t limit = 100;
    return std::string(text.substr(0, limit)) + (text.size() > limit ? "…" : "");
}

/// Returns the failure for a document that Ollama does not send. `what` describes the difference,
/// such as `no key "version"`. Contains the text of the document's member `error`, if it has one.
inline Failure not_ollama(JsonValue document, std::string const& what) {
    auto text = "not a response of Ollama: " + what;
    if (auto const error = document.find("error")) {
        auto const inner = error->find("message");
        if (auto const message = (inner ? *inner : *error).string()) {
            text += ", but the error \"" + shortened(*message) + "\"";
        }
    }
    return Failure{{}, make_error_code(Errc::parse), text};
}

} // namespace OUSAGE_NAMESPACE::ollama
