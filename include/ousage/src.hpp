#pragma once

/// All definitions of ousage. With OUSAGE_COMPILED=1, include it in exactly one file of a program;
/// the target `ousage::compiled` contains that file.
#include <ousage/format/impl/observe.hpp>
#include <ousage/ollama/assembly/impl/accounts_file.hpp>
#include <ousage/ollama/assembly/impl/derive_status.hpp>
#include <ousage/ollama/assembly/impl/detect.hpp>
#include <ousage/ollama/assembly/impl/ollama_host.hpp>
#include <ousage/ollama/assembly/impl/remote_models.hpp>
#include <ousage/ollama/assembly/impl/take_snapshot.hpp>
#include <ousage/ollama/cloud/impl/cloud.hpp>
#include <ousage/ollama/desktop/impl/desktop_db.hpp>
#include <ousage/ollama/local_api/impl/local_api.hpp>
#include <ousage/ollama/log/impl/server_log.hpp>
#include <ousage/ollama/server_config/impl/server_config.hpp>
