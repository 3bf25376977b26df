// What a program that is compiled with OUSAGE_SEPARATE_COMPILATION links: see ousage/ollama.hpp.
#define OUSAGE_DEFINITIONS 1
#include <ousage/ollama.hpp>
