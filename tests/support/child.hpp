#pragma once

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ousage::test {

/// How a child ended, and how much memory it ever held.
struct Ended {
    int exit_code = -1;      ///< 128 and the signal where one ended it, as a shell has it
    bool by_signal = false;  ///< the program did not end by itself
    long peak_kilobytes = 0; ///< the largest resident set
};

/// A program under way: no shell between, so that signals and memory are its own. Killed by its
/// own alarm after a minute, which no good test ever sees, and by the end of the thread that
/// started it.
class Child {
public:
    /// Starts `arguments[0]` with these variables beside the environment's; both outputs go to
    /// files.
    Child(
        std::vector<std::string> arguments, std::string const& out, std::string const& error,
        std::vector<std::pair<std::string, std::string>> const& variables = {}) {
        auto pointers = std::vector<char*>{};
        for (auto& argument : arguments) {
            pointers.push_back(argument.data());
        }
        pointers.push_back(nullptr);
        number_ = ::fork();
        if (number_ < 0) {
            throw std::runtime_error("cannot fork");
        }
        if (number_ == 0) {
            ::alarm(60);
            // A program in Go does not hear the alarm; none outlives the test.
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::unsetenv("OLLAMA_HOST");
            for (auto const& [name, value] : variables) {
                ::setenv(name.c_str(), value.c_str(), 1);
            }
            redirect(out, STDOUT_FILENO);
            redirect(error, STDERR_FILENO);
            ::execv(pointers[0], pointers.data());
            ::_exit(127);
        }
    }

    Child(Child const&) = delete;
    Child& operator=(Child const&) = delete;

    ~Child() {
        if (number_ > 0) {
            ::kill(number_, SIGKILL);
            wait();
        }
    }

    /// Its number, for what /proc has of it.
    pid_t number() const { return number_; }

    void signal(int which) const { ::kill(number_, which); }

    /// Waits for its end.
    Ended wait() {
        int status = 0;
        auto usage = rusage{};
        while (::wait4(number_, &status, 0, &usage) < 0 && errno == EINTR) {
        }
        number_ = -1;
        auto const signalled = WIFSIGNALED(status);
        return {
            signalled ? 128 + WTERMSIG(status) : WEXITSTATUS(status), signalled, usage.ru_maxrss};
    }

private:
    static void redirect(std::string const& path, int target) {
        auto const file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (file < 0 || ::dup2(file, target) < 0) {
            ::_exit(127);
        }
    }

    pid_t number_ = -1;
};

} // namespace ousage::test
