#include <ousage/src_core.hpp>
