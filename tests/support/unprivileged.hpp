#pragma once

#include <unistd.h>

namespace ousage::test {

/// Runs the process as nobody for the lifetime of the object, because root can read every file.
class Unprivileged {
public:
    /// Applies to all threads. Does nothing if the process does not run as root.
    Unprivileged() : changed_(::geteuid() == 0 && ::seteuid(nobody) == 0) {}

    Unprivileged(Unprivileged const&) = delete;
    Unprivileged& operator=(Unprivileged const&) = delete;

    ~Unprivileged() {
        if (changed_ && ::seteuid(0) != 0) {
            ::_exit(1);
        }
    }

private:
    static constexpr ::uid_t nobody = 65534;

    bool changed_;
};

} // namespace ousage::test
