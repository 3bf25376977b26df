#include "example/ousage/watch/watched_account.hpp"

#include <chrono>
#include <iterator>
#include <list>
#include <vector>

namespace ousage::program {

namespace {

// The sort of a list is stable: clang 19 warns of a deprecated function inside std::stable_sort of
// libstdc++ 12.
template <class Row, class Less>
void sort_stably(std::vector<Row>& rows, Less less) {
    auto sorted =
        std::list<Row>(std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    sorted.sort(less);
    rows.assign(std::make_move_iterator(sorted.begin()), std::make_move_iterator(sorted.end()));
}

} // namespace

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
        sort_stably(models, by_name);
        sort_stably(loaded, by_name);
        break;
    case Sorting::size:
        sort_stably(models, by_size);
        sort_stably(loaded, by_size);
        break;
    case Sorting::expiry: sort_stably(loaded, by_expiry); break;
    }
}

} // namespace ousage::program
