#include <ousage/core/run.hpp>
#include <ousage/ollama/server_config.hpp>

#if defined(CONSUMER_EXPECTS_ITS_OWN_TARGETS) &&                                                   \
    !(defined(CONSUMER_OWNS_ASIO) && defined(CONSUMER_OWNS_FMT) &&                                 \
      defined(CONSUMER_OWNS_SIMDJSON))
#    error "ousage does not use the targets of this project"
#endif

// A program that includes the headers of one source alone.
int main() {
    auto const source = ousage::ollama::server_config("/nonexistent/server.json");
    return ousage::run(source).state == ousage::State::absent ? 0 : 1;
}
