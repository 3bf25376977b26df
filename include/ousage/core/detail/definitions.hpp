#pragma once

// A program that compiles ousage apart (target ousage::compiled) sees declarations alone, but for
// the one file that defines them.
#if defined(OUSAGE_SEPARATE_COMPILATION) && defined(OUSAGE_DEFINITIONS)
#    define OUSAGE_DECL
#    define OUSAGE_DEFINES 1
#elif defined(OUSAGE_SEPARATE_COMPILATION)
#    define OUSAGE_DECL
#    define OUSAGE_DEFINES 0
#else
#    define OUSAGE_DECL inline
#    define OUSAGE_DEFINES 1
#endif
