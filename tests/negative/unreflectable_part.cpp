// A type whose base class has data cannot be reflected. The error must list what can.
// expect: ousage: this type cannot be reflected
#include <ousage/core/reflect.hpp>

struct Base {
    int inherited;
};

struct Derived : Base {
    int own;
};

static_assert(ousage::member_count<Derived> > 0);
