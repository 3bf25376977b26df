#pragma once

#include <unistd.h>

namespace ousage::test {

/// For root every file can be read: while one of these lives, root is nobody.
class Unprivileged {
public:
    /// Takes effect for all threads; does nothing where the process is not root's.
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
