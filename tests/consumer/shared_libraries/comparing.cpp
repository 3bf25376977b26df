#include <ousage/core/error.hpp>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED bool is_timeout(std::error_code const& code) {
    return code == ousage::Errc::timeout && code != ousage::Errc::cancelled;
}

EXPORTED bool is_same_code(std::error_code const& code) {
    return code == make_error_code(ousage::Errc::timeout);
}

EXPORTED bool is_condition(std::error_code const& code) {
    auto const value = static_cast<int>(ousage::Errc::timeout);
    return code == std::error_condition(value, ousage::error_category());
}
