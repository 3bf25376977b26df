#include "example/ousage/watch/watched_account.hpp"

#include <algorithm>
#include <limits>

namespace ousage::program {

void sort_models(ollama::Snapshot& snapshot, Sorting sorting) {
    auto& models = snapshot.models;
    auto& loaded = snapshot.loaded_models;
    auto const by_name = [](auto const& left, auto const& right) { return left.name < right.name; };
    auto const by_size = [](auto const& left, auto const& right) {
        return left.size_bytes.value_or(0) > right.size_bytes.value_or(0);
    };
    auto const by_expiry = [](auto const& left, auto const& right) {
        auto const time_of = [](auto const& model) {
            return model.expires_at ? model.expires_at->at : std::chrono::sys_seconds::max();
        };
        return time_of(left) < time_of(right);
    };
    switch (sorting) {
    case Sorting::server: break;
    case Sorting::name:
        std::stable_sort(models.begin(), models.end(), by_name);
        std::stable_sort(loaded.begin(), loaded.end(), by_name);
        break;
    case Sorting::size:
        std::stable_sort(models.begin(), models.end(), by_size);
        std::stable_sort(loaded.begin(), loaded.end(), by_size);
        break;
    case Sorting::expiry: std::stable_sort(loaded.begin(), loaded.end(), by_expiry); break;
    }
}

} // namespace ousage::program
