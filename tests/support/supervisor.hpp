#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ousage::test {

/// Runs a server under a supervisor process. The supervisor terminates the server and its children
/// when the pipe to the test closes, because the test closed it or died, and after two minutes at
/// the latest.
class Supervisor {
public:
    /// Starts `arguments[0]` with only this environment. Appends its standard output and standard
    /// error to `log`.
    Supervisor(
        std::vector<std::string> arguments, std::vector<std::string> environment,
        std::filesystem::path const& log) {
        auto ends = std::array<int, 2>{};
        auto const out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        auto const none = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (out < 0 || none < 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error("cannot open the log " + log.string());
        }
        auto const argv = pointers(arguments);
        auto const envp = pointers(environment);
        number_ = ::fork();
        if (number_ == 0) {
            ::close(ends[1]);
            ::setsid();
            ::prctl(PR_SET_CHILD_SUBREAPER, 1);
            auto const server = ::fork();
            if (server == 0) {
                ::prctl(PR_SET_PDEATHSIG, SIGKILL);
                ::dup2(none, STDIN_FILENO);
                ::dup2(out, STDOUT_FILENO);
                ::dup2(out, STDERR_FILENO);
                ::execve(argv[0], argv.data(), envp.data());
                ::_exit(127);
            }
            keep(server, ends[0]);
        }
        ::close(ends[0]);
        ::close(out);
        ::close(none);
        pipe_ = ends[1];
        if (number_ < 0) {
            ::close(pipe_);
            throw std::runtime_error("cannot fork");
        }
    }

    Supervisor(Supervisor const&) = delete;
    Supervisor& operator=(Supervisor const&) = delete;

    ~Supervisor() { end(); }

    /// Terminates the server; returns after it and all its children have ended.
    void end() {
        if (number_ > 0) {
            ::close(pipe_);
            while (::waitpid(number_, nullptr, 0) < 0 && errno == EINTR) {
            }
            number_ = -1;
        }
    }

    /// Returns false if the server has ended by itself.
    bool running() {
        if (number_ > 0 && ::waitpid(number_, nullptr, WNOHANG) == number_) {
            number_ = -1;
            ::close(pipe_);
        }
        return number_ > 0;
    }

private:
    static constexpr int longest_milliseconds = 110'000, patience_milliseconds = 5'000;

    static std::vector<char*> pointers(std::vector<std::string>& texts) {
        auto result = std::vector<char*>{};
        for (auto& text : texts) {
            result.push_back(text.data());
        }
        result.push_back(nullptr);
        return result;
    }

    // Runs in the forked child: must not allocate memory.
    [[noreturn]] static void keep(pid_t server, int pipe) {
        auto ended = false;
        for (int passed = 0; passed < longest_milliseconds && !ended; passed += 50) {
            auto wait = pollfd{pipe, POLLIN, 0};
            if (::poll(&wait, 1, 50) != 0) {
                break;
            }
            ended = ::waitpid(server, nullptr, WNOHANG) == server;
        }
        if (!ended) {
            ::kill(server, SIGTERM);
        }
        for (int passed = 0; passed < patience_milliseconds && !ended; passed += 10) {
            ::poll(nullptr, 0, 10);
            ended = ::waitpid(server, nullptr, WNOHANG) == server;
        }
        // Orphaned descendants have become children of this process, and others may follow.
        do {
            kill_children();
        } while (::waitpid(-1, nullptr, 0) > 0);
        ::_exit(0);
    }

    static void kill_children() {
        auto text = std::array<char, 4096>{};
        auto const file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
        auto const size = file < 0 ? 0 : ::read(file, text.data(), text.size());
        ::close(file);
        pid_t number = 0;
        for (ssize_t at = 0; at < size; ++at) {
            auto const character = text[static_cast<std::size_t>(at)];
            if (character >= '0' && character <= '9') {
                number = number * 10 + (character - '0');
            } else if (auto const child = std::exchange(number, 0); child > 0) {
                ::kill(child, SIGKILL);
            }
        }
    }

    pid_t number_ = -1;
    int pipe_ = -1;
};

} // namespace ousage::test
