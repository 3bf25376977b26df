#pragma once

/// The definitions of the source `server_log`: see src.hpp.
#include <ousage/ollama/log/impl/engine_line.hpp>
#include <ousage/ollama/log/impl/engine_tasks.hpp>
#include <ousage/ollama/log/impl/engine_windows.hpp>
#include <ousage/ollama/log/impl/gin_line.hpp>
#include <ousage/ollama/log/impl/gin_path.hpp>
#include <ousage/ollama/log/impl/latency_histogram.hpp>
#include <ousage/ollama/log/impl/log_hours.hpp>
#include <ousage/ollama/log/impl/log_location.hpp>
#include <ousage/ollama/log/impl/log_start.hpp>
#include <ousage/ollama/log/impl/log_summary.hpp>
#include <ousage/ollama/log/impl/request_windows.hpp>
#include <ousage/ollama/log/impl/server_log.hpp>
#include <ousage/ollama/log/impl/server_log_reader.hpp>
