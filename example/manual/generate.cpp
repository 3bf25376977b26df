// Writes the manual pages and completions of the programs. The build runs it:
//   ousage-manual DIRECTORY DATE
#include "example/manual/manual.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace {

using namespace ousage::program;

void write(std::filesystem::path const& file, std::string const& text) {
    std::filesystem::create_directories(file.parent_path());
    auto stream = std::ofstream(file, std::ios::binary);
    stream << text;
    if (!stream.flush()) {
        throw std::runtime_error(file.string() + ": cannot be written");
    }
}

void write_all(Manual const& manual, std::filesystem::path const& directory, char const* date) {
    write(directory / "man" / (manual.name + ".1"), man_page(manual, date));
    write(directory / "bash" / manual.name, bash_completion(manual));
    write(directory / "zsh" / ("_" + manual.name), zsh_completion(manual));
    write(directory / "fish" / (manual.name + ".fish"), fish_completion(manual));
}

} // namespace

int main(int count, char** arguments) try {
    if (count != 3) {
        std::fprintf(stderr, "ousage-manual: DIRECTORY and DATE are needed\n");
        return 2;
    }
    write_all(ousage_manual(), arguments[1], arguments[2]);
#if OUSAGE_WITH_EXPORTER
    write_all(exporter_manual(), arguments[1], arguments[2]);
#endif
    return 0;
} catch (std::exception const& error) {

    std::fprintf(stderr, "ousage-manual: %s\n", error.what());
    return 1;
}
