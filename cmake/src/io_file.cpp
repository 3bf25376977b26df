#include <ousage/src_io_file.hpp>
