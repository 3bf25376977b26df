#include <ousage/src_io_platform.hpp>
