// A secret must not reach an output: writing JSON of a type that contains one must not compile.
// expect: no matching
#include <ousage/core/secret.hpp>
#include <ousage/json/json.hpp>

struct Account {
    ousage::Secret key;
};

std::string text() {
    return ousage::to_json(Account{});
}
