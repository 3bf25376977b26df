#include <ousage/src_log.hpp>
