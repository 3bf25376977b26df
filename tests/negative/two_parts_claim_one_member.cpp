// Two sources for one member need an order, and the compiler must say how to state it.
// expect: two sources claim one member of the whole
#include <ousage/core/merge.hpp>

struct Part {
    int watts;
};

void build(ousage::Source<Part> one, ousage::Source<Part> other) {
    (void)ousage::merge<Part>(one, other);
}
