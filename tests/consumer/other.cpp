#include <ousage/core/run.hpp>
#include <ousage/ollama.hpp>
#include <ousage/ollama/local_api.hpp>

#include <string>

// The same request from a second file: both must link into one program.
std::string said_by_the_other_file() {
    auto const source = ousage::ollama::local_api(ousage::io::Url{"http", "127.0.0.1", "1", ""});
    return ousage::describe(ousage::run(source));
}
