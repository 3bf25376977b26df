#include <ousage/src_local_api.hpp>
