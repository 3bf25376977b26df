#include <ousage/core/run.hpp>
#include <ousage/ollama/assembly/detail/machine_sources.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace {

using namespace ousage;
using namespace ousage::ollama;

std::string reason(std::string const& host) {
    auto account = Account{};
    account.base_url = io::Url{"http", host, "11434", ""};
    return ollama::detail::remote_reason(account);
}

TEST(MachineSources, ThisMachineIsLoopbackItsAddressOrItsName) {
    char name[256] = {};
    ASSERT_EQ(::gethostname(name, sizeof name - 1), 0);
    for (auto const& host :
         {std::string("127.0.0.1"), std::string("localhost"), std::string("::1"),
          std::string("127.9.9.9"), std::string("LocalHost."), std::string(name)}) {
        EXPECT_EQ(reason(host), "") << host;
    }
    for (auto const* const host : {"192.0.2.7", "example.com", "2001:db8::7"}) {
        EXPECT_EQ(reason(host), "the server is another machine") << host;
    }
}

TEST(MachineSources, AreSkippedForAnotherMachine) {
    auto account = Account{};
    account.base_url = io::Url{"http", "192.0.2.7", "11434", ""};
    EXPECT_EQ(run(ollama::detail::gpu_of(account)).state, State::skipped);
    EXPECT_EQ(run(ollama::detail::runners_of(account)).state, State::skipped);
    account.base_url.reset();
    EXPECT_EQ(run(ollama::detail::gpu_of(account)).note, "the account has no server");
    account.base_url = io::Url{"http", "127.0.0.1", "11434", ""};
    account.observes_machine = false;
    EXPECT_EQ(run(ollama::detail::runners_of(account)).note, "not observed");
}

} // namespace
