#include <ousage/ollama.hpp>

#include <iostream>

std::string said_by_the_other_file();

int main() {
    auto const here = ousage::make_error_code(ousage::Errc::unsupported).message();
    std::cout << here << '\n';
    return here == said_by_the_other_file() ? 0 : 1;
}
