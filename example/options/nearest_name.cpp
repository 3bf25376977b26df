#include "example/options/nearest_name.hpp"

#include <algorithm>
#include <cstddef>

namespace ousage::program {

namespace {

constexpr std::size_t longest_word = 100; // bounds the time for a hostile command line

// The optimal string alignment distance.
std::size_t distance(std::string_view left, std::string_view right) {
    auto rows = std::vector<std::vector<std::size_t>>(
        left.size() + 1, std::vector<std::size_t>(right.size() + 1));
    for (std::size_t row = 0; row <= left.size(); ++row) {
        for (std::size_t column = 0; column <= right.size(); ++column) {
            if (row == 0 || column == 0) {
                rows[row][column] = row + column;
                continue;
            }
            auto const is_equal = left[row - 1] == right[column - 1];
            auto least = std::min(
                {rows[row - 1][column] + 1, rows[row][column - 1] + 1,
                 rows[row - 1][column - 1] + (is_equal ? 0 : 1)});
            auto const is_exchanged = row > 1 && column > 1 && left[row - 1] == right[column - 2] &&
                                      left[row - 2] == right[column - 1];
            if (is_exchanged) {
                least = std::min(least, rows[row - 2][column - 2] + 1);
            }
            rows[row][column] = least;
        }
    }
    return rows[left.size()][right.size()];
}

std::string_view without_dashes(std::string_view word) {
    word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
    return word;
}

} // namespace

std::string nearest_name(std::string_view word, std::vector<std::string> const& names) {
    auto const text = without_dashes(word);
    if (text.size() > longest_word) {
        return {};
    }
    auto limit = text.size() / 3 + 1;
    auto nearest = std::string{};
    for (auto const& name : names) {
        auto const differences = distance(text, without_dashes(name));
        if (differences < limit) {
            limit = differences;
            nearest = name;
        }
    }
    return nearest;
}

} // namespace ousage::program
