#pragma once

#include <ousage/core/deadline.hpp>
#include <ousage/core/duration.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL Result<Deadline>
parse_deadline(std::string_view text, std::vector<SourceDescription> const& sources) {
    auto const equals = text.find('=');
    auto const of_one = equals != text.npos;
    auto deadline = Deadline{};
    if (of_one) {
        deadline.source = text.substr(0, equals);
        text.remove_prefix(equals + 1);
    }
    auto const limit = parse_duration(text);
    auto const fail = [](std::string why) {
        return Failure{{}, make_error_code(Errc::configuration), std::move(why)};
    };
    if (!limit || limit->count() == 0) {
        return fail("\"" + std::string(text) + "\" is no duration such as 500ms or 2s");
    }
    if (of_one && find_source(sources, deadline.source) == nullptr) {
        return fail("there is no source \"" + deadline.source + "\"");
    }
    deadline.limit = *limit;
    return deadline;
}

} // namespace OUSAGE_NAMESPACE
