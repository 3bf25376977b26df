#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/json/value.hpp>
#include <ousage/ollama/model/not_ollama.hpp>

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::api {

/// Maximum number of models that are kept of one response.
inline constexpr std::size_t model_limit = 10'000;

/// The list `models` of GET /api/tags or /api/ps.
template <class Row>
struct ModelList {
    std::vector<Row> models;        ///< each with a name, in the order of the response
    std::size_t omitted = 0;        ///< number of models after the first `model_limit`
    bool listed = false;            ///< the response has such a list
    std::optional<Failure> failure; ///< the first value that could not be read
};

/// Reads the list `models` of a response. `null` is an empty list; without a list, the response is
/// not Ollama's. A row that is null, no object, or has neither `name` nor `model` is not a model. A
/// value of the wrong type loses its key only. Ends after a stop is requested; the list is then
/// incomplete.
template <class Row>
ModelList<Row> read_model_list(std::string_view text, std::stop_token const& stop = {}) {
    auto result = ModelList<Row>{};
    auto document = JsonDocument{};
    result.failure = document.parse(text);
    auto const list = result.failure ? std::nullopt : document.root().find("models");
    result.listed = list && (list->is_null() || list->is_array());
    if (!result.listed) {
        if (!result.failure) {
            result.failure = not_ollama(document.root(), "no list `models`");
        }
        return result;
    }
    std::size_t index = 0;
    for (auto const element : list->elements()) {
        if (stop.stop_requested()) {
            break;
        }
        auto row = Row{};
        auto reader = JsonReader{};
        if (element.is_object()) {
            reader.read(element, row);
        }
        if (!result.failure && !reader.error().empty()) {
            auto path = "models[" + std::to_string(index) + "]." + reader.error();
            result.failure = Failure{{}, make_error_code(Errc::parse), std::move(path)};
        }
        ++index;
        if (row.name.empty()) {
            row.name = std::move(row.model);
        }
        if (row.name.empty()) {
            continue;
        }
        if (result.models.size() == model_limit) {
            ++result.omitted;
        } else {
            result.models.push_back(std::move(row));
        }
    }
    return result;
}

} // namespace OUSAGE_NAMESPACE::ollama::api
