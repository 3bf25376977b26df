#pragma once

/// The version of these headers; CMakeLists.txt has the same.
#define OUSAGE_VERSION "0.1.0"

/// The revision from which a program is built, such as a commit; empty if the build defines none.
/// The same in all files of a program.
#ifndef OUSAGE_REVISION
#    define OUSAGE_REVISION ""
#endif
