#pragma once

/// The definitions of io/file/: see src.hpp.
#include <ousage/io/file/impl/descriptor.hpp>
#include <ousage/io/file/impl/journal.hpp>
#include <ousage/io/file/impl/log_bytes.hpp>
#include <ousage/io/file/impl/log_files.hpp>
#include <ousage/io/file/impl/log_follower.hpp>
#include <ousage/io/file/impl/log_stream.hpp>
#include <ousage/io/file/impl/process_facts.hpp>
#include <ousage/io/file/impl/small_file.hpp>
#include <ousage/io/file/impl/time_zone.hpp>
