#pragma once

/// The definitions of io/http/: see src.hpp.
#include <ousage/io/http/impl/base64.hpp>
#include <ousage/io/http/impl/html_scanner.hpp>
#include <ousage/io/http/impl/http_client.hpp>
#include <ousage/io/http/impl/http_message.hpp>
#include <ousage/io/http/impl/http_response.hpp>
#include <ousage/io/http/impl/loopback.hpp>
#include <ousage/io/http/impl/proxy.hpp>
#include <ousage/io/http/impl/resolve.hpp>
#include <ousage/io/http/impl/retry_after.hpp>
#include <ousage/io/http/impl/url.hpp>
