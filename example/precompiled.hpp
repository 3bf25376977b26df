#pragma once

#include <ousage/core/run.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <asio/co_spawn.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>
