#include <ousage/src_json.hpp>
