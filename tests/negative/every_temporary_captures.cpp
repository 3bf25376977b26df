// g++ 12 destroys a temporary closure with captures twice. The error must name the safe form.
// expect: ousage::every: a temporary function with captures is not safe
#include <ousage/core/every.hpp>

#include <string>

struct Value {
    int number = 0;
};

asio::awaitable<void> watch(ousage::Source<Value> source, std::string name) {
    using std::chrono_literals::operator""s;
    co_await (source | ousage::every(30s, [name](ousage::Outcome<Value>) {}));
}
