// Reading into a std::string_view would leave it without text. The error must name the member.
// expect: ousage: this member cannot be read from JSON: a std::string_view does not own its text
// expect: borrowed
#include <ousage/json/json.hpp>
#include <ousage/json/reader.hpp>

#include <vector>

struct Page {
    std::string title;
    std::vector<std::string_view> borrowed;
};

bool read(Page& page) {
    (void)ousage::to_json(page);
    return !ousage::read_json("{}", page);
}
