#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/io/platform/shared_library.hpp>
#include <ousage/ollama/gpu/detail/gpu_reading.hpp>
#include <ousage/ollama/gpu/detail/nvml.hpp>
#include <ousage/ollama/gpu/detail/nvml_card.hpp>
#include <ousage/ollama/gpu/gpu_system.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reads all NVIDIA cards. Keeps the library initialised between readings, because that takes up to
// seconds. If a card is lost or the driver is reloaded, the library is shut down, and the next
// reading initialises it. Not thread-safe.
class NvmlReader {
public:
    explicit NvmlReader(GpuSystem const& system) : names_(system.nvml), processes_(system.proc) {}

    GpuReading read(std::stop_token const& stop) {
        auto reading = GpuReading{};
        unsigned count = 0;
        if (!start(reading) || !count_cards(count, reading)) {
            return reading;
        }
        reading.count = count;
        auto lost = std::set<unsigned>{};
        for (unsigned index = 0; index < count && !stop.stop_requested(); ++index) {
            if (!read_card(index, reading)) {
                lost.insert(index);
            }
        }
        if (!stop.stop_requested()) {
            shut_down_if_lost(std::move(lost));
        }
        if (count == 0) {
            reading.absent = "no NVIDIA card";
        }
        return reading;
    }

private:
    static constexpr unsigned card_limit = 256;

    // The number of readings after which a card that stays lost is tried again.
    static constexpr unsigned retry_interval = 64;

    bool start(GpuReading& reading) {
        if (!nvml_) {
            auto const library = io::SharedLibrary::open(names_);
            if (!library) {
                auto const& failure = library.failure();
                if (failure.code == std::errc::no_such_file_or_directory ||
                    failure.code == Errc::unsupported) {
                    reading.absent = failure.text;
                } else {
                    reading.failures.push_back({"nvidia", failure.code, failure.text});
                }
                return false;
            }
            nvml_.emplace(*library);
        }
        if (!is_initialized_) {
            auto const result = call_nvml(nvml_->init);
            if (result == nvml_driver_not_loaded || result == nvml_library_not_found) {
                reading.absent = "no NVIDIA driver: " + nvml_->text_of(result);
                return false;
            }
            if (result != nvml_success) {
                fail("start: ", result, reading);
                return false;
            }
            is_initialized_ = true;
        }
        return true;
    }

    bool count_cards(unsigned& count, GpuReading& reading) {
        auto const result = call_nvml(nvml_->count, &count);
        if (result != nvml_success) {
            shut_down(); // the driver may have been reloaded
            fail("number of cards: ", result, reading);
            return false;
        }
        count = std::min(count, card_limit);
        return true;
    }

    // Returns false if the card is lost.
    bool read_card(unsigned index, GpuReading& reading) {
        NvmlDevice device = nullptr;
        auto const result = call_nvml(nvml_->handle, index, &device);
        // A card of another user's container is counted, but has no handle.
        if (result == nvml_no_permission) {
            return true;
        }
        if (result != nvml_success) {
            auto part = "nvidia." + std::to_string(index);
            reading.failures.push_back(
                {std::move(part), make_error_code(Errc::receive), nvml_->text_of(result)});
            return false;
        }
        auto card = NvmlCard(*nvml_, processes_, index);
        reading.cards.push_back(card.read(device));
        if (card.failure()) {
            reading.failures.push_back(*card.failure());
        }
        return !card.is_lost();
    }

    // Shuts the library down if a card is lost that was not at the previous reading. If it stays
    // lost, initialising at every reading would only cost time.
    void shut_down_if_lost(std::set<unsigned> lost) {
        auto const is_known = std::includes(lost_.begin(), lost_.end(), lost.begin(), lost.end());
        lost_ = std::move(lost);
        readings_ = is_known && !lost_.empty() ? readings_ + 1 : 0;
        if (!is_known || readings_ == retry_interval) {
            shut_down();
            readings_ = 0;
        }
    }

    void shut_down() {
        call_nvml(nvml_->shutdown);
        is_initialized_ = false;
    }

    void fail(std::string const& what, int result, GpuReading& reading) const {
        reading.failures.push_back(
            {"nvidia", make_error_code(Errc::receive), what + nvml_->text_of(result)});
    }

    std::vector<std::string> names_;
    io::ProcessTable processes_;
    std::optional<Nvml> nvml_;
    bool is_initialized_ = false;
    std::set<unsigned> lost_; // cards, at the previous reading
    unsigned readings_ = 0;   // since the library was initialised for the lost cards
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
