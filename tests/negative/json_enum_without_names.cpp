// Enumerators above 31 have no names, so an enumeration of such values cannot be written.
// expect: ousage: this member cannot be written as JSON
// expect: status_code
#include <ousage/json/json.hpp>

enum class StatusCode { ok = 200, missing = 404 };

struct Response {
    StatusCode status_code = StatusCode::ok;
};

std::string text() {
    return ousage::to_json(Response{});
}
