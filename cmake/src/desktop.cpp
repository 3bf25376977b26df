#include <ousage/src_desktop.hpp>
