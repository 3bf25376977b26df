// A secret must not reach an output: writing JSON of a type that contains one must not compile. The
// error must name the member.
// expect: ousage: this member cannot be written as JSON
// expect: api_key
#include <ousage/core/secret.hpp>
#include <ousage/json/json.hpp>

struct Account {
    std::string id;
    ousage::Secret api_key;
};

std::string text() {
    return ousage::to_json(Account{});
}
