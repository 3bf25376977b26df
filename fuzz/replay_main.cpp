#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace {

std::vector<std::uint8_t> bytes_of(std::filesystem::path const& path) {
    std::ifstream file(path, std::ios::binary);
    file.exceptions(std::ios::badbit | std::ios::failbit);
    std::vector<std::uint8_t> bytes(std::filesystem::file_size(path));
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return bytes;
}

std::vector<std::filesystem::path> files_of(std::filesystem::path const& path) {
    if (!std::filesystem::is_directory(path)) {
        return {path};
    }
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    return files;
}

} // namespace

/// Runs a fuzz target on files and on all files in directories, as a regression test that builds
/// with any compiler. The empty input always runs first. A target reports an error by aborting.
int main(int count, char** arguments) {
    LLVMFuzzerTestOneInput(nullptr, 0);
    std::size_t replayed = 0;
    try {
        for (int index = 1; index < count; ++index) {
            for (auto const& file : files_of(arguments[index])) {
                auto const bytes = bytes_of(file);
                // Print the name first, so that an input that aborts can be identified.
                std::fprintf(stderr, "%s\n", file.c_str());
                LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
                ++replayed;
            }
        }
    } catch (std::exception const& problem) {
        std::fprintf(stderr, "cannot replay: %s\n", problem.what());
        return 2;
    }
    std::printf("%zu inputs replayed\n", replayed);
}
