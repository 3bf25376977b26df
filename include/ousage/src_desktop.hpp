#pragma once

/// The definitions of the source `desktop_db`: see src.hpp.
#include <ousage/ollama/desktop/impl/desktop_db.hpp>
