#include <ousage/src_io_http.hpp>
