#include <ousage/src_gpu.hpp>
