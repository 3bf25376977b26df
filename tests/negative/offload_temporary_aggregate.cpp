// g++ 12 destroys a temporary aggregate twice. The error must name the safe form.
// expect: ousage::offload: a temporary aggregate or closure as an argument is not safe
#include <ousage/core/offload.hpp>

#include <string>

struct File {
    std::string path;
};

asio::awaitable<std::string> read(std::string path) {
    auto const function = [](File const& file) { return file.path + "!"; };
    co_return co_await ousage::offload(function, File{path});
}
