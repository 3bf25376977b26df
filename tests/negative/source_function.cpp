// A function that cannot fill in a part must not compile. The error must state what it can be.
// expect: ousage::Source: the function must take Outcome<T>& and return asio::awaitable<void>, or
#include <ousage/core/source.hpp>

struct Part {
    int watts;
};

asio::awaitable<double> read_watts();

void build() {
    (void)ousage::Source<Part>("power", read_watts);
}
