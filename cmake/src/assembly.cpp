#include <ousage/src_assembly.hpp>
