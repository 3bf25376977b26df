// A shared library with the interface of NVML, for the tests of the source `gpu`. With
// FAKE_NVML_OLD=1 it has only the functions without a version suffix. It has as many devices as the
// environment variable FAKE_NVML_DEVICES states, until a test sets others.

#include "fake_nvml.hpp"

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <utility>

namespace {

using ousage::test::FakeDevice;
using ousage::test::FakeNvml;

// The devices of a process that a test starts.
std::vector<FakeDevice> initial_devices() {
    auto const* const count = std::getenv("FAKE_NVML_DEVICES");
    return std::vector<FakeDevice>(count == nullptr ? 0 : std::strtoul(count, nullptr, 10));
}

FakeNvml state{initial_devices()};

// The result that the test set for a function.
int result_of(char const* function) {
    auto const lock = std::lock_guard(state.mutex);
    ++state.calls[function];
    auto const found = state.results.find(function);
    return found == state.results.end() ? 0 : found->second;
}

int const not_supported = 3;
[[maybe_unused]] int const not_found = 6;
[[maybe_unused]] int const version_mismatch = 25;

template <class From, class To>
int give(char const* function, std::optional<From> const& from, To* to) {
    if (auto const result = result_of(function)) {
        return result;
    }
    if (!from) {
        return not_supported;
    }
    *to = static_cast<To>(*from);
    return 0;
}

struct Process {
    unsigned pid;
    unsigned long long memory;
};

struct ProcessV2 {
    unsigned pid;
    unsigned long long memory;
    unsigned gpu_instance;
    unsigned compute_instance;
};

template <class T>
int list(char const* function, std::vector<unsigned> const& pids, unsigned* count, T* into) {
    if (auto const result = result_of(function)) {
        return result;
    }
    auto const room = *count;
    *count = static_cast<unsigned>(pids.size());
    if (pids.size() > room) {
        return 7;
    }
    for (std::size_t at = 0; at < pids.size(); ++at) {
        into[at] = T{};
        into[at].pid = pids[at];
    }
    return 0;
}

struct MemoryV2 {
    unsigned version;
    unsigned long long total, reserved, free, used;
};

struct Memory {
    unsigned long long total, free, used;
};

struct Utilization {
    unsigned gpu, memory;
};

struct Temperature {
    unsigned version, sensor;
    int value;
};

int count_devices(char const* function, unsigned* count) {
    {
        auto lock = std::unique_lock(state.mutex);
        if (std::exchange(state.hangs, false)) {
            state.is_hanging = true;
            state.changed.notify_all();
            state.changed.wait(lock, [] { return !state.is_hanging; });
        }
    }
    if (auto const result = result_of(function)) {
        return result;
    }
    *count = static_cast<unsigned>(state.devices.size());
    return 0;
}

int device_at(char const* function, unsigned index, FakeDevice** device) {
    if (auto const result = result_of(function)) {
        return result;
    }
    if (index >= state.devices.size()) {
        return 2;
    }
    *device = &state.devices[index];
    return 0;
}

} // namespace

#define FAKE extern "C" __attribute__((visibility("default")))

FAKE FakeNvml* fake_nvml() {
    return &state;
}

FAKE char const* nvmlErrorString(int result) {
    return result == 15 ? "GPU is lost" : "Fake error";
}

FAKE int nvmlShutdown() {
    return result_of("shutdown");
}

FAKE int nvmlDeviceGetName(FakeDevice* device, char* name, unsigned size) {
    if (auto const result = result_of("name")) {
        return result;
    }
    std::strncpy(name, device->name.c_str(), size); // not terminated if too long, as in NVML
    return 0;
}

FAKE int nvmlDeviceGetUtilizationRates(FakeDevice* device, Utilization* into) {
    return give("utilization", device->utilization, &into->gpu);
}

FAKE int nvmlDeviceGetMemoryInfo(FakeDevice* device, Memory* into) {
    into->used = device->memory_used + device->memory_reserved;
    return give("memory", device->memory_total, &into->total);
}

FAKE int nvmlDeviceGetPowerUsage(FakeDevice* device, unsigned* into) {
    return give("power", device->milliwatts, into);
}

FAKE int nvmlDeviceGetTemperature(FakeDevice* device, int sensor, unsigned* into) {
    return sensor == 0 ? give("temperature", device->temperature, into) : 2;
}

FAKE int nvmlDeviceGetComputeRunningProcesses(FakeDevice* device, unsigned* count, Process* into) {
    return list("compute", device->compute, count, into);
}

FAKE int nvmlDeviceGetGraphicsRunningProcesses(FakeDevice* device, unsigned* count, Process* into) {
    return list("graphics", device->graphics, count, into);
}

#if FAKE_NVML_OLD

FAKE int nvmlInit() {
    return result_of("init");
}

FAKE int nvmlDeviceGetCount(unsigned* count) {
    return count_devices("count", count);
}

FAKE int nvmlDeviceGetHandleByIndex(unsigned index, FakeDevice** device) {
    return device_at("handle", index, device);
}

#else

FAKE int nvmlInit_v2() {
    return result_of("init");
}

FAKE int nvmlDeviceGetCount_v2(unsigned* count) {
    return count_devices("count", count);
}

FAKE int nvmlDeviceGetHandleByIndex_v2(unsigned index, FakeDevice** device) {
    return device_at("handle", index, device);
}

FAKE int nvmlDeviceGetMemoryInfo_v2(FakeDevice* device, MemoryV2* into) {
    if (into->version != (sizeof(MemoryV2) | 2u << 24)) {
        return version_mismatch;
    }
    into->used = device->memory_used;
    into->reserved = device->memory_reserved;
    return give("memory_v2", device->memory_total, &into->total);
}

FAKE int nvmlDeviceGetTemperatureV(FakeDevice* device, Temperature* into) {
    if (into->version != (sizeof(Temperature) | 1u << 24)) {
        return version_mismatch;
    }
    return give("temperature_v1", device->temperature, &into->value);
}

FAKE int
nvmlDeviceGetComputeRunningProcesses_v3(FakeDevice* device, unsigned* count, ProcessV2* into) {
    return list("compute_v3", device->compute, count, into);
}

FAKE int
nvmlDeviceGetGraphicsRunningProcesses_v3(FakeDevice* device, unsigned* count, ProcessV2* into) {
    return list("graphics_v3", device->graphics, count, into);
}

FAKE int nvmlDeviceGetMigMode(FakeDevice* device, unsigned* current, unsigned* pending) {
    *pending = 0;
    auto const mode =
        device->gpu_instance ? std::nullopt : std::optional(device->instances ? 1u : 0u);
    return give("mig_mode", mode, current);
}

FAKE int nvmlDeviceGetMaxMigDeviceCount(FakeDevice*, unsigned* count) {
    return give("mig_count", std::optional(7u), count);
}

FAKE int
nvmlDeviceGetMigDeviceHandleByIndex(FakeDevice* device, unsigned index, FakeDevice** into) {
    if (auto const result = result_of("mig_handle")) {
        return result;
    }
    if (!device->instances || index >= device->instances->size()) {
        return not_found;
    }
    *into = &(*device->instances)[index];
    return 0;
}

FAKE int nvmlDeviceGetGpuInstanceId(FakeDevice* device, unsigned* into) {
    return give("gpu_instance", device->gpu_instance, into);
}

FAKE int nvmlDeviceGetComputeInstanceId(FakeDevice* device, unsigned* into) {
    return give("compute_instance", device->compute_instance, into);
}

#endif
