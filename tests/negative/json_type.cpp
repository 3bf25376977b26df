// A type without a JSON form, outside an aggregate.
// expect: ousage: this type cannot be written as JSON
#include <ousage/json/json.hpp>

std::string text(int const* pointer) {
    return ousage::to_json(pointer);
}
