#pragma once

// The build options of ousage and their defaults. Set them for a whole program, on the command line
// or with the CMake target. The options are part of the namespace of every name, so files compiled
// with different options do not share definitions.

/// 1: headers contain only declarations; the definitions are linked from the target
/// `ousage::compiled`. 0: headers also contain the definitions.
#ifndef OUSAGE_COMPILED
#    define OUSAGE_COMPILED 0
#endif

/// 1: reads the database of the desktop app with SQLite 3. 0: its source is skipped.
#ifndef OUSAGE_WITH_SQLITE
#    define OUSAGE_WITH_SQLITE 1
#endif

/// 1: supports https with OpenSSL. 0: requests over https fail.
#ifndef OUSAGE_WITH_TLS
#    define OUSAGE_WITH_TLS 1
#endif

/// 1: reads compressed logs with zlib. 0: they are reported as unreadable.
#ifndef OUSAGE_WITH_ZLIB
#    define OUSAGE_WITH_ZLIB 0
#endif

/// 1: reads the systemd journal with libsystemd. 0: its source is skipped.
#ifndef OUSAGE_WITH_SYSTEMD
#    define OUSAGE_WITH_SYSTEMD 0
#endif

/// 1: parses log lines with SSE2 instructions. 0: with the general parser alone, with the same
/// results.
#ifndef OUSAGE_WITH_SSE2
#    if defined(__SSE2__)
#        define OUSAGE_WITH_SSE2 1
#    else
#        define OUSAGE_WITH_SSE2 0
#    endif
#endif

// clang-format off
#if (OUSAGE_COMPILED | OUSAGE_WITH_SQLITE | OUSAGE_WITH_TLS | OUSAGE_WITH_ZLIB | \
     OUSAGE_WITH_SYSTEMD | OUSAGE_WITH_SSE2) >> 1
#    error "ousage: OUSAGE_COMPILED and OUSAGE_WITH_* are 0 or 1"
#endif

#define OUSAGE_DETAIL_JOIN(compiled, sqlite, tls, zlib, systemd, sse2) \
    options_##compiled##sqlite##tls##zlib##systemd##sse2
#define OUSAGE_DETAIL_OPTIONS(compiled, sqlite, tls, zlib, systemd, sse2) \
    OUSAGE_DETAIL_JOIN(compiled, sqlite, tls, zlib, systemd, sse2)

/// The namespace of ousage: `ousage` with an inline namespace whose name encodes the options.
#define OUSAGE_NAMESPACE \
    ousage::inline OUSAGE_DETAIL_OPTIONS( \
        OUSAGE_COMPILED, OUSAGE_WITH_SQLITE, OUSAGE_WITH_TLS, OUSAGE_WITH_ZLIB, \
        OUSAGE_WITH_SYSTEMD, OUSAGE_WITH_SSE2)
// clang-format on

/// Precedes each function that is declared in a public header and defined in `impl/`.
#if OUSAGE_COMPILED
#    define OUSAGE_DECL
#else
#    define OUSAGE_DECL inline
#endif

namespace OUSAGE_NAMESPACE {}
