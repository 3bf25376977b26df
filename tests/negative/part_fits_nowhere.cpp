// A part with a member that the whole lacks must not compile. The error must state that.
// expect: a member of this source's part matches no member of the whole
#include <ousage/core/merge.hpp>

struct Part {
    int watts;
};

struct Whole {
    double watts;
};

void build(ousage::Source<Part> part) {
    (void)ousage::merge<Whole>(part);
}
