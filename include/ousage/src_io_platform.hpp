#pragma once

/// The definitions of io/platform/: see src.hpp.
#include <ousage/io/platform/impl/local_host.hpp>
#include <ousage/io/platform/impl/proc_file.hpp>
#include <ousage/io/platform/impl/process_table.hpp>
#include <ousage/io/platform/impl/shared_library.hpp>
#include <ousage/io/platform/impl/tcp_table.hpp>
