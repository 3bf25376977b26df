#include <ousage/ollama.hpp>

#include <string>

std::string said_by_the_other_file() {
    return ousage::make_error_code(ousage::Errc::unsupported).message();
}
