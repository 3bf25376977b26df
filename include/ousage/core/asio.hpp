#pragma once

/// The only header that depends on the version of Asio. Newer versions define some of these names
/// outside of `asio::experimental`.

#include <ousage/config.hpp>

#include <asio/async_result.hpp> // first: parallel_group.hpp omits it until Asio 1.30.1
#include <asio/version.hpp>

#if ASIO_VERSION >= 102300
#    include <asio/as_tuple.hpp>
#    include <asio/deferred.hpp>
#else
#    include <asio/experimental/as_tuple.hpp>
#    include <asio/experimental/deferred.hpp>
#endif
#include <asio/experimental/parallel_group.hpp>

namespace OUSAGE_NAMESPACE {

#if ASIO_VERSION >= 102300
using asio::as_tuple;
using asio::deferred;
#else
using asio::experimental::as_tuple;
using asio::experimental::deferred;
#endif
using asio::experimental::make_parallel_group;
using asio::experimental::wait_for_all;
using asio::experimental::wait_for_one;

} // namespace OUSAGE_NAMESPACE
