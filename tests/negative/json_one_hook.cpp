// A type with its own reader needs its own writer, or it would not read back equal.
// expect: ousage: this member cannot be written as JSON
// expect: chosen_color
#include <ousage/json/json.hpp>
#include <ousage/json/value.hpp>

struct Color {
    int red = 0;

    void read_json(ousage::JsonValue from) { red = from.string() == "red" ? 255 : 0; }
};

struct Page {
    Color chosen_color;
};

std::string text() {
    return ousage::to_json(Page{});
}
