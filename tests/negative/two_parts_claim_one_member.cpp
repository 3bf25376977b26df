// Two sources for one member need an order. The error must describe how to define it.
// expect: two sources claim one member of the whole
#include <ousage/core/merge.hpp>

struct Part {
    int watts;
};

void build(ousage::Source<Part> one, ousage::Source<Part> other) {
    (void)ousage::merge<Part>(one, other);
}
