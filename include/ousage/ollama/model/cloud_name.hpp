#pragma once

#include <ousage/config.hpp>

#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// Returns whether a model's name denotes a cloud model, according to Ollama's rule
/// (internal/modelref/modelref.go): the text after the last `:` is `cloud`, or ends in `-cloud` and
/// contains no `/`. The comparison ignores case.
inline bool is_cloud_name(std::string_view name) {
    auto const colon = name.rfind(':');
    if (colon == name.npos) {
        return false;
    }
    auto tag = std::string(name.substr(colon + 1));
    tag.erase(0, tag.find_first_not_of(" \t"));
    tag.erase(tag.find_last_not_of(" \t") + 1);
    for (auto& character : tag) {
        if (character >= 'A' && character <= 'Z') {
            character = static_cast<char>(character - 'A' + 'a');
        }
    }
    return tag == "cloud" || (tag.ends_with("-cloud") && tag.find('/') == tag.npos);
}

} // namespace OUSAGE_NAMESPACE::ollama
