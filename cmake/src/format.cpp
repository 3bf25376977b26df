#include <ousage/src_format.hpp>
