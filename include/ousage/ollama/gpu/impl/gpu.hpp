#pragma once

#include <ousage/core/attempt.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/ollama/gpu.hpp>
#include <ousage/ollama/gpu/detail/amd_reader.hpp>
#include <ousage/ollama/gpu/detail/gpu_reading.hpp>
#include <ousage/ollama/gpu/detail/nvml_reader.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// A reader that at most one thread uses. A driver that hangs occupies it.
template <class Reader>
class ExclusiveReader {
public:
    explicit ExclusiveReader(GpuSystem const& system) : reader_(system) {}

    // Empty if another thread is reading.
    std::optional<GpuReading> read(std::stop_token const& stop) {
        if (is_busy_.exchange(true)) {
            return std::nullopt;
        }
        auto const guard = Release{is_busy_};
        return reader_.read(stop);
    }

private:
    struct Release {
        std::atomic_bool& is_busy;

        ~Release() { is_busy = false; }
    };

    Reader reader_;
    std::atomic_bool is_busy_ = false;
};

struct GpuReaders {
    explicit GpuReaders(GpuSystem const& system)
        : nvidia(std::make_shared<ExclusiveReader<NvmlReader>>(system)),
          amd(std::make_shared<ExclusiveReader<AmdReader>>(system)) {}

    std::shared_ptr<ExclusiveReader<NvmlReader>> nvidia;
    std::shared_ptr<ExclusiveReader<AmdReader>> amd;
    std::atomic_uint32_t nvidia_count = 0; // cards, at the last reading that counted them
};

// The readings of one collection, as far as they are complete.
struct GpuReadings {
    GpuReading nvidia;
    GpuReading amd;
};

// Derives the value from the readings: numbers AMD cards after the `nvidia_count` NVIDIA cards.
inline GpuState gpu_state(GpuReadings const& readings, std::uint32_t nvidia_count) {
    auto state = GpuState{};
    auto utilized = 0.0;
    auto const add = [&](Gpu gpu) {
        gpu.index += gpu.vendor == GpuVendor::amd ? nvidia_count : 0;
        state.gpus.push_back(std::move(gpu));
    };
    for (auto const* const reading : {&readings.nvidia, &readings.amd}) {
        for (auto const& card : reading->cards) {
            add_card(state.gpu, card.whole, utilized);
            add(card.whole);
            std::for_each(card.instances.begin(), card.instances.end(), add);
        }
    }
    return state;
}

template <class Reader>
asio::awaitable<void> read_gpus(
    std::shared_ptr<ExclusiveReader<Reader>> reader, std::string vendor, GpuReadings& readings,
    GpuReading GpuReadings::* member, std::atomic_uint32_t& nvidia_count, Outcome<GpuState>& into) {
    auto work = [reader = std::move(reader)](std::stop_token stop) { return reader->read(stop); };
    auto reading = co_await offload(work);
    if (!reading) {
        into.fail(vendor, Errc::timeout, "an earlier call of the driver has not returned");
        co_return;
    }
    for (auto& failure : reading->failures) {
        into.failures.push_back(std::move(failure));
    }
    readings.*member = std::move(*reading);
    if (readings.nvidia.count) {
        nvidia_count = *readings.nvidia.count;
    }
    into.value = gpu_state(readings, nvidia_count);
}

inline asio::awaitable<void>
collect_gpu(std::shared_ptr<GpuReaders> readers, Outcome<GpuState>& into) {
    auto readings = GpuReadings{};
    auto& count = readers->nvidia_count;
    auto nvidia = read_gpus(readers->nvidia, "nvidia", readings, &GpuReadings::nvidia, count, into);
    auto amd = read_gpus(readers->amd, "amd", readings, &GpuReadings::amd, count, into);
    auto works = std::vector<asio::awaitable<void>>{};
    works.push_back(attempt("nvidia", std::move(nvidia), into));
    works.push_back(attempt("amd", std::move(amd), into));
    co_await gather(std::move(works));
    if (!readings.nvidia.absent.empty() && !readings.amd.absent.empty()) {
        into.absent(readings.nvidia.absent + "; " + readings.amd.absent);
    }
}

} // namespace detail

OUSAGE_DECL Source<GpuState> gpu(GpuSystem system) {
    auto readers = std::make_shared<detail::GpuReaders>(system);
    auto collect = [readers = std::move(readers)](Outcome<GpuState>& into) {
        return detail::collect_gpu(readers, into);
    };
    return Source<GpuState>(std::move(collect));
}

} // namespace OUSAGE_NAMESPACE::ollama
