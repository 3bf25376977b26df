#include <ousage/src_cloud.hpp>
