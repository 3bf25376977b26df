#include <ousage/src_snapshot.hpp>
