#include <ousage/src_prometheus.hpp>
