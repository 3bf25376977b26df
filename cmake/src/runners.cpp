#include <ousage/src_runners.hpp>
