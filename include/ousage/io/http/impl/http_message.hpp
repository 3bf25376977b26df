#pragma once

#include <ousage/core/detail/ascii_lower.hpp>
#include <ousage/io/http/http_message.hpp>

#include <algorithm>

namespace OUSAGE_NAMESPACE::io {

OUSAGE_DECL bool same_name(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return ousage::detail::ascii_lower(a) == ousage::detail::ascii_lower(b);
    });
}

OUSAGE_DECL std::string_view HttpResponse::header(std::string_view name) const {
    for (auto const& field : headers) {
        if (same_name(field.name, name)) {
            return field.value;
        }
    }
    return {};
}

} // namespace OUSAGE_NAMESPACE::io
