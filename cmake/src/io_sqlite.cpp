#include <ousage/src_io_sqlite.hpp>
