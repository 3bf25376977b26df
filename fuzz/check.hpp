#pragma once

/// Aborts the fuzz target if an invariant does not hold.
inline void check(bool good) {
    if (!good) {
        __builtin_trap();
    }
}
