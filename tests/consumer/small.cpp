#include <ousage/core/run.hpp>
#include <ousage/ollama/server_config.hpp>

// A program that includes the headers of one source alone.
int main() {
    auto const source = ousage::ollama::server_config("/nonexistent/server.json");
    return ousage::run(source).state == ousage::State::absent ? 0 : 1;
}
