#pragma once

/// All definitions of ousage, for the one file of a program that is compiled with
/// OUSAGE_COMPILED=1: the target `ousage::compiled` contains it.
#include <ousage/format/impl/observe.hpp>
#include <ousage/ollama/assembly/impl/detect.hpp>
#include <ousage/ollama/assembly/impl/take_snapshot.hpp>
#include <ousage/ollama/cloud/impl/cloud.hpp>
#include <ousage/ollama/desktop/impl/desktop_db.hpp>
#include <ousage/ollama/local_api/impl/local_api.hpp>
#include <ousage/ollama/log/impl/server_log.hpp>
#include <ousage/ollama/server_config/impl/server_config.hpp>
