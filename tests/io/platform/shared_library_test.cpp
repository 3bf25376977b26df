#include "support/process.hpp"
#include <ousage/core/error.hpp>
#include <ousage/io/platform/shared_library.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <system_error>

namespace ousage::test {

namespace {

using io::SharedLibrary;

TEST(SharedLibrary, FindsFunctionsByName) {
    auto const library = SharedLibrary::open({"libousage-nowhere.so", "libm.so.6", "libc.so"});
    ASSERT_TRUE(library) << library.failure().text;
    auto* const cosine = library->function<double(double)>("cos");
    ASSERT_NE(cosine, nullptr);
    EXPECT_EQ(cosine(0.0), 1.0);
    EXPECT_EQ(library->function<void()>("ousage_no_such_function"), nullptr);
}

TEST(SharedLibrary, MissingLibraryIsNoSuchFile) {
    for (auto const* const name : {"libousage-nowhere.so", "/nonexistent/libx.so"}) {
        auto const library = SharedLibrary::open({name});
        ASSERT_FALSE(library);
        EXPECT_EQ(library.failure().code, std::errc::no_such_file_or_directory) << name;
        EXPECT_NE(library.failure().text.find(name), std::string::npos);
    }
    EXPECT_EQ(SharedLibrary::open({}).failure().code, std::errc::no_such_file_or_directory);
}

TEST(SharedLibrary, FileThatIsNoLibraryIsAFailure) {
    auto const directory = TemporaryDirectory();
    auto const path = directory.path() / "liba.so";
    std::ofstream(path) << "not ELF";
    auto const library = SharedLibrary::open({path.string(), "libm.so.6"});
    ASSERT_FALSE(library);
    EXPECT_EQ(library.failure().code, Errc::file);
}

} // namespace

} // namespace ousage::test
