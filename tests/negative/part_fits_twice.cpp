// A member that matches two members of the whole must not compile.
// expect: matches two members of the whole
#include <ousage/core/merge.hpp>

struct Part {
    int watts;
};

struct Whole {
    Part first;
    Part second;
};

void build(ousage::Source<Part> part) {
    (void)ousage::merge<Whole>(part);
}
