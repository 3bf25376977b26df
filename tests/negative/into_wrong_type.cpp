// The value of a source must fit the member that `into` names.
// expect: ousage::into: the value of the source cannot be assigned to this member
#include <ousage/core/merge.hpp>

struct Part {
    int watts;
};

struct Other {
    int volts;
};

struct Whole {
    Other desk;
};

void build(ousage::Source<Part> part) {
    (void)(part | ousage::into<&Whole::desk>);
}
