#pragma once

#include <ousage/config.hpp>
#include <ousage/io/platform/shared_library.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>

// The part of NVML's binary interface that ousage uses, from nvml.h. Newer forms of a function have
// a suffix; older libraries lack them.
namespace OUSAGE_NAMESPACE::ollama::detail {

using NvmlDevice = void*;

// The results that are handled by their value.
enum NvmlResult : int {
    nvml_success = 0,
    nvml_uninitialized = 1,
    nvml_invalid_argument = 2,
    nvml_not_supported = 3,
    nvml_no_permission = 4,
    nvml_not_found = 6,
    nvml_insufficient_size = 7,
    nvml_driver_not_loaded = 9,
    nvml_library_not_found = 12,
    nvml_function_not_found = 13,
    nvml_gpu_is_lost = 15,
    nvml_reset_required = 16,
    nvml_driver_version_mismatch = 18,
    nvml_argument_version_mismatch = 25,
    nvml_deprecated = 26,
    nvml_unknown = 999,
};

// Returns whether a result means that a card was lost or that the driver was unloaded, so that the
// library must be initialised again.
inline bool means_lost(int result) {
    switch (result) {
    case nvml_uninitialized:
    case nvml_driver_not_loaded:
    case nvml_gpu_is_lost:
    case nvml_reset_required:
    case nvml_driver_version_mismatch:
    case nvml_unknown: return true;
    default: return false;
    }
}

struct NvmlUtilization {
    unsigned gpu;
    unsigned memory;
};

struct NvmlMemory {
    unsigned long long total;
    unsigned long long free;
    unsigned long long used; // includes memory that the driver reserves
};

struct NvmlMemoryV2 {
    unsigned version;
    unsigned long long total;
    unsigned long long reserved;
    unsigned long long free;
    unsigned long long used;
};

struct NvmlTemperatureV1 {
    unsigned version;
    unsigned sensor;
    int temperature;
};

struct NvmlProcess {
    unsigned pid;
    unsigned long long memory;
};

struct NvmlProcessV2 {
    unsigned pid;
    unsigned long long memory;
    unsigned gpu_instance;
    unsigned compute_instance;
};

// Returns the value of the member `version` of a structure.
template <class T>
constexpr unsigned nvml_version(unsigned number) {
    return static_cast<unsigned>(sizeof(T)) | number << 24;
}

// Calls a function if the library has it.
template <class... Parameters, class... Arguments>
int call_nvml(int (*function)(Parameters...), Arguments... arguments) {
    return function == nullptr ? int{nvml_function_not_found} : function(arguments...);
}

// The functions of one library. Each is null if the library lacks it.
struct Nvml {
    explicit Nvml(io::SharedLibrary const& library)
        : init(find<int()>(library, {"nvmlInit_v2", "nvmlInit"})),
          shutdown(find<int()>(library, {"nvmlShutdown"})),
          error_string(find<char const*(int)>(library, {"nvmlErrorString"})),
          count(find<int(unsigned*)>(library, {"nvmlDeviceGetCount_v2", "nvmlDeviceGetCount"})),
          handle(find<int(unsigned, NvmlDevice*)>(
              library, {"nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex"})),
          name(find<int(NvmlDevice, char*, unsigned)>(library, {"nvmlDeviceGetName"})),
          utilization(
              find<int(NvmlDevice, NvmlUtilization*)>(library, {"nvmlDeviceGetUtilizationRates"})),
          memory_v2(find<int(NvmlDevice, NvmlMemoryV2*)>(library, {"nvmlDeviceGetMemoryInfo_v2"})),
          memory(find<int(NvmlDevice, NvmlMemory*)>(library, {"nvmlDeviceGetMemoryInfo"})),
          power(find<int(NvmlDevice, unsigned*)>(library, {"nvmlDeviceGetPowerUsage"})),
          temperature_v1(
              find<int(NvmlDevice, NvmlTemperatureV1*)>(library, {"nvmlDeviceGetTemperatureV"})),
          temperature(find<int(NvmlDevice, int, unsigned*)>(library, {"nvmlDeviceGetTemperature"})),
          compute_v2(find<int(NvmlDevice, unsigned*, NvmlProcessV2*)>(
              library, {"nvmlDeviceGetComputeRunningProcesses_v3",
                        "nvmlDeviceGetComputeRunningProcesses_v2"})),
          compute(find<int(NvmlDevice, unsigned*, NvmlProcess*)>(
              library, {"nvmlDeviceGetComputeRunningProcesses"})),
          graphics_v2(find<int(NvmlDevice, unsigned*, NvmlProcessV2*)>(
              library, {"nvmlDeviceGetGraphicsRunningProcesses_v3",
                        "nvmlDeviceGetGraphicsRunningProcesses_v2"})),
          graphics(find<int(NvmlDevice, unsigned*, NvmlProcess*)>(
              library, {"nvmlDeviceGetGraphicsRunningProcesses"})),
          mig_mode(find<int(NvmlDevice, unsigned*, unsigned*)>(library, {"nvmlDeviceGetMigMode"})),
          mig_count(find<int(NvmlDevice, unsigned*)>(library, {"nvmlDeviceGetMaxMigDeviceCount"})),
          mig_handle(find<int(NvmlDevice, unsigned, NvmlDevice*)>(
              library, {"nvmlDeviceGetMigDeviceHandleByIndex"})),
          gpu_instance(find<int(NvmlDevice, unsigned*)>(library, {"nvmlDeviceGetGpuInstanceId"})),
          compute_instance(
              find<int(NvmlDevice, unsigned*)>(library, {"nvmlDeviceGetComputeInstanceId"})) {}

    int (*init)();
    int (*shutdown)();
    char const* (*error_string)(int);
    int (*count)(unsigned*);
    int (*handle)(unsigned, NvmlDevice*);
    int (*name)(NvmlDevice, char*, unsigned);
    int (*utilization)(NvmlDevice, NvmlUtilization*);
    int (*memory_v2)(NvmlDevice, NvmlMemoryV2*);
    int (*memory)(NvmlDevice, NvmlMemory*);
    int (*power)(NvmlDevice, unsigned*);
    int (*temperature_v1)(NvmlDevice, NvmlTemperatureV1*);
    int (*temperature)(NvmlDevice, int, unsigned*);
    int (*compute_v2)(NvmlDevice, unsigned*, NvmlProcessV2*);
    int (*compute)(NvmlDevice, unsigned*, NvmlProcess*);
    int (*graphics_v2)(NvmlDevice, unsigned*, NvmlProcessV2*);
    int (*graphics)(NvmlDevice, unsigned*, NvmlProcess*);
    int (*mig_mode)(NvmlDevice, unsigned*, unsigned*);
    int (*mig_count)(NvmlDevice, unsigned*);
    int (*mig_handle)(NvmlDevice, unsigned, NvmlDevice*);
    int (*gpu_instance)(NvmlDevice, unsigned*);
    int (*compute_instance)(NvmlDevice, unsigned*);

    // Returns the library's text for a result, with its number.
    std::string text_of(int result) const {
        auto const* const text = error_string == nullptr ? nullptr : error_string(result);
        auto const number = std::to_string(result);
        return text == nullptr ? "NVML error " + number
                               : std::string(text) + " (NVML error " + number + ")";
    }

private:
    // Returns the first of these functions that the library has.
    template <class F>
    static F* find(io::SharedLibrary const& library, std::initializer_list<char const*> names) {
        for (auto const* const name : names) {
            if (auto* const function = library.function<F>(name)) {
                return function;
            }
        }
        return nullptr;
    }
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
