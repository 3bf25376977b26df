#pragma once

/// The version of these headers; CMakeLists.txt has the same.
#define OUSAGE_VERSION "0.1.0"
