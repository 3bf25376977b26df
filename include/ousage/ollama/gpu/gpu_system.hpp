#pragma once

#include <ousage/config.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Where the source `gpu` finds the drivers of this machine. Tests set other places.
struct GpuSystem {
    /// NVML, by name or path: the first that exists is used.
#if defined(_WIN32)
    std::vector<std::string> nvml{"nvml.dll"};
#else
    std::vector<std::string> nvml{"libnvidia-ml.so.1"};
#endif
    std::filesystem::path sysfs = "/sys"; ///< holds class/drm and class/kfd
    std::filesystem::path proc = "/proc"; ///< the process table
};

} // namespace OUSAGE_NAMESPACE::ollama
