// Compiled once with and once without TLS.
#include <ousage/core/run.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/ollama/local_api.hpp>

#include <chrono>
#include <string>

std::string ANSWER(std::string const& url) {
    auto const source = ousage::ollama::local_api(*ousage::io::parse_url(url));
    return describe(ousage::run(source | ousage::with_timeout(std::chrono::seconds(10))));
}
