// g++ 12 destroys a temporary closure with captures twice. The error must name the safe forms.
// expect: ousage::offload: a temporary function with captures is not safe
#include <ousage/core/offload.hpp>

#include <string>

asio::awaitable<std::string> read(std::string path) {
    co_return co_await ousage::offload([path](std::stop_token) { return path + "!"; });
}
