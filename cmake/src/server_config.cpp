#include <ousage/src_server_config.hpp>
