#pragma once

#include <ousage/json/reader.hpp>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL void JsonReader::report(std::string_view wanted) {
    if (errors_++ == 0) {
        auto const path = path_.starts_with('.') ? path_.substr(1) : path_;
        error_ = (path.empty() ? "the document" : path) + " is not " + std::string(wanted);
    }
}

OUSAGE_DECL bool JsonReader::has_size(JsonValue from, std::size_t size) {
    return (from.is_array() && from.size() == size) ||
           refuse("an array of " + std::to_string(size) + " elements");
}

} // namespace OUSAGE_NAMESPACE
