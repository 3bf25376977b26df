#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ousage::test {

/// One device of the fake NVML. A value without content is not supported by the device.
struct FakeDevice {
    std::string name = "NVIDIA Fake 4000";
    std::optional<unsigned> utilization = 42;
    std::optional<unsigned long long> memory_total = 24'000'000'000;
    unsigned long long memory_reserved = 500'000'000;
    unsigned long long memory_used = 9'000'000'000;
    std::optional<unsigned> milliwatts = 123'400;
    std::optional<unsigned> temperature = 61;
    std::vector<unsigned> compute{};  ///< process ids
    std::vector<unsigned> graphics{}; ///< process ids
    std::optional<unsigned> gpu_instance{};
    std::optional<unsigned> compute_instance{};
    std::optional<std::vector<FakeDevice>> instances{}; ///< MIG is enabled
};

/// The state of a fake NVML, returned by its function `fake_nvml`.
struct FakeNvml {
    std::vector<FakeDevice> devices;
    std::map<std::string, int> results{}; ///< results of functions, instead of success
    std::map<std::string, int> calls{};   ///< number of calls by function
    std::mutex mutex{};                   ///< protects `calls` and the members below
    std::condition_variable changed{};    ///< of `is_hanging`
    bool hangs = false;                   ///< the next call of nvmlDeviceGetCount does not return
    bool is_hanging = false;              ///< until the test sets it to false
};

} // namespace ousage::test
