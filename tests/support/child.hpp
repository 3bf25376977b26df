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

/// Exit status and peak memory use of a child process.
struct Ended {
    int exit_code = -1;      ///< 128 plus the signal number if killed by a signal, as in a shell
    bool by_signal = false;  ///< terminated by a signal
    long peak_kilobytes = 0; ///< largest resident set
};

/// A running program, started without a shell so that signals and memory use are its own. It is
/// killed by an alarm after one minute, which no passing test reaches (15 with OUSAGE_SOAK), and
/// when the thread that started it ends.
class Child {
public:
    /// Starts `arguments[0]` with `variables` added to the environment. Standard output and
    /// standard error go to files.
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
            ::alarm(std::getenv("OUSAGE_SOAK") == nullptr ? 60 : 900);
            // Go programs ignore SIGALRM; SIGKILL ensures that no child outlives the test.
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

    /// Returns the process id.
    pid_t number() const { return number_; }

    void signal(int which) const { ::kill(number_, which); }

    /// Waits until the process ends.
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
