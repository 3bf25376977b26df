#include "support/process.hpp"
#include <ousage/io/file/shared_file.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace ousage::io;
using namespace ousage::test;
using std::filesystem::perms;
using Lock = SharedFile::Lock;

TEST(SharedFile, CreatesFileWithOwnerOnlyMode) {
    auto const directory = TemporaryDirectory();
    auto const path = directory.path() / "a/b/c/file";
    {
        auto const file = SharedFile(path, Lock::wait);
        EXPECT_TRUE(file.good());
        EXPECT_EQ(file.read(), "");
        EXPECT_TRUE(file.write("something long"));
        EXPECT_TRUE(file.write("short"));
        EXPECT_EQ(file.read(), "short");
        EXPECT_EQ(file.read(4), "");
    }
    EXPECT_EQ(read_file(path), "short");
    auto const mode = [](std::filesystem::path const& of) {
        return std::filesystem::status(of).permissions();
    };
    EXPECT_EQ(mode(path), perms::owner_read | perms::owner_write);
    EXPECT_EQ(mode(path.parent_path()), perms::owner_all);
}

TEST(SharedFile, NarrowsTooWideMode) {
    auto const directory = TemporaryDirectory();
    auto const path = directory.write("file", "x");
    std::filesystem::permissions(path, perms::all);
    EXPECT_EQ(SharedFile(path, Lock::wait).read(), "x");
    EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_read | perms::owner_write);
}

TEST(SharedFile, RejectsLinksAndNonRegularFiles) {
    auto const directory = TemporaryDirectory();
    auto const victim = directory.write("victim", "precious");
    auto const link = directory.path() / "link";
    std::filesystem::create_symlink(victim, link);
    std::filesystem::create_directory(directory.path() / "directory");
    auto const pipe = directory.path() / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    for (auto const& path :
         {link, directory.path() / "directory", pipe, victim / "below",
          std::filesystem::path("/proc/x/y")}) {
        auto const file = SharedFile(path, Lock::wait);
        EXPECT_FALSE(file.good()) << path;
        EXPECT_EQ(file.read(), "");
        EXPECT_FALSE(file.write("x"));
    }
    EXPECT_EQ(read_file(victim), "precious");
}

TEST(SharedFile, RejectsDirectoryThatIsLink) {
    auto const directory = TemporaryDirectory();
    directory.write("real/file", "precious");
    std::filesystem::create_directory_symlink(directory.path() / "real", directory.path() / "link");
    std::filesystem::create_directory_symlink(
        directory.path() / "none", directory.path() / "dangling");
    std::filesystem::create_directory_symlink(directory.path(), directory.path() / "above");
    for (auto const* const name : {"link/file", "link/new", "dangling/file"}) {
        auto const file = SharedFile(directory.path() / name, Lock::wait);
        EXPECT_FALSE(file.good()) << name;
        EXPECT_FALSE(file.write("x")) << name;
    }
    EXPECT_EQ(read_file(directory.path() / "real/file"), "precious");
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "real/new"));
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "none"));
    EXPECT_TRUE(SharedFile(directory.path() / "above/real/file", Lock::wait).good());
}

TEST(SharedFile, StopEndsWaitingForLock) {
    auto const directory = TemporaryDirectory();
    auto const path = directory.path() / "file";
    auto const holder = SharedFile(path, Lock::wait);
    auto good = std::atomic<bool>{true};
    auto waiter = std::jthread(
        [&](std::stop_token const& stop) { good = SharedFile(path, Lock::wait, stop).good(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    waiter.request_stop();
    waiter.join();
    EXPECT_FALSE(good);
    EXPECT_TRUE(holder.good());
}

TEST(SharedFile, LockAllowsOneHolderAtATime) {
    auto const directory = TemporaryDirectory();
    auto const path = directory.path() / "file";
    {
        auto const file = SharedFile(path, Lock::wait);
        EXPECT_FALSE(SharedFile(path, Lock::now).good());
    }
    EXPECT_TRUE(SharedFile(path, Lock::now).good());
    // Each thread increments the stored number. Without the lock, increments would be lost.
    auto threads = std::vector<std::thread>{};
    for (int number = 0; number < 4; ++number) {
        threads.emplace_back([&path] {
            for (int round = 0; round < 100; ++round) {
                auto const file = SharedFile(path, Lock::wait);
                auto const text = file.read();
                file.write(std::to_string(text.empty() ? 1 : std::stoi(text) + 1));
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(read_file(path), "400");
}

} // namespace
