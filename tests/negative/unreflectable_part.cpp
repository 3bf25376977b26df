// A base class with data cannot be reflected, and the message says what can.
// expect: ousage: this type cannot be reflected
#include <ousage/core/reflect.hpp>

struct Base {
    int inherited;
};

struct Derived : Base {
    int own;
};

static_assert(ousage::member_count<Derived> > 0);
