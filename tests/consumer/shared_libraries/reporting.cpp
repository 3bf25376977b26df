// Compiled twice, with different options.
#include <ousage/core/error.hpp>

__attribute__((visibility("default"))) std::error_code REPORT() {
    return make_error_code(ousage::Errc::timeout);
}
