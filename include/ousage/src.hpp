#pragma once

/// All definitions of ousage. With OUSAGE_COMPILED=1, a program contains them once: either one file
/// that includes this header, or one file for each header below, as in the target
/// `ousage::compiled`. The latter needs less memory for each compilation.
#include <ousage/src_assembly.hpp>
#include <ousage/src_cloud.hpp>
#include <ousage/src_core.hpp>
#include <ousage/src_desktop.hpp>
#include <ousage/src_format.hpp>
#include <ousage/src_gpu.hpp>
#include <ousage/src_io_file.hpp>
#include <ousage/src_io_http.hpp>
#include <ousage/src_io_platform.hpp>
#include <ousage/src_io_sqlite.hpp>
#include <ousage/src_json.hpp>
#include <ousage/src_local_api.hpp>
#include <ousage/src_log.hpp>
#include <ousage/src_prometheus.hpp>
#include <ousage/src_runners.hpp>
#include <ousage/src_server_config.hpp>
#include <ousage/src_snapshot.hpp>
