#pragma once

/// The definitions of ollama/assembly/, except that of `snapshot`: see src.hpp.
#include <ousage/ollama/assembly/impl/account_logs.hpp>
#include <ousage/ollama/assembly/impl/accounts_file.hpp>
#include <ousage/ollama/assembly/impl/derive_status.hpp>
#include <ousage/ollama/assembly/impl/detect.hpp>
#include <ousage/ollama/assembly/impl/model_names.hpp>
#include <ousage/ollama/assembly/impl/ollama_host.hpp>
#include <ousage/ollama/assembly/impl/remote_models.hpp>
