// A secret has no way into an output: JSON of anything that holds one does not compile.
// expect: no matching
#include <ousage/core/secret.hpp>
#include <ousage/json/json.hpp>

struct Account {
    ousage::Secret key;
};

std::string text() {
    return ousage::to_json(Account{});
}
