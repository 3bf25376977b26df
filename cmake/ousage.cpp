// The definitions of everything that is no template: the target ousage::compiled.
#include <ousage/src.hpp>
