// The functions of Asio that are not templates, for the targets of this project
// (ASIO_SEPARATE_COMPILATION). Users of ousage::compiled keep the Asio of their own project.
#include <asio/impl/src.hpp>
#if OUSAGE_WITH_TLS
#    include <asio/ssl/impl/src.hpp>
#endif
