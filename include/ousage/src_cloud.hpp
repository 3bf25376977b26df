#pragma once

/// The definitions of the source `cloud`: see src.hpp.
#include <ousage/ollama/cloud/impl/cloud.hpp>
#include <ousage/ollama/cloud/impl/cloud_response.hpp>
#include <ousage/ollama/cloud/impl/settings_page.hpp>
