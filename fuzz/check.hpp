#pragma once

/// Ends the fuzzer where something that always holds does not.
inline void check(bool good) {
    if (!good) {
        __builtin_trap();
    }
}
