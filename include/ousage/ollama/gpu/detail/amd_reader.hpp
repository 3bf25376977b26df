#pragma once

#include <ousage/config.hpp>
#include <ousage/io/platform/proc_file.hpp>
#include <ousage/io/platform/process_table.hpp>
#include <ousage/ollama/gpu/detail/gpu_reading.hpp>
#include <ousage/ollama/gpu/gpu_system.hpp>
#include <ousage/ollama/model/ollama_process.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Parses a decimal number without a sign, which a newline may follow.
inline std::optional<std::uint64_t> parse_sysfs_number(std::string_view text) {
    auto number = std::uint64_t{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    auto const rest = text.substr(static_cast<std::size_t>(end - text.data()));
    return error == std::errc() && (rest.empty() || rest == "\n") ? std::optional(number)
                                                                  : std::nullopt;
}

// Reads all cards of the driver amdgpu from sysfs.
class AmdReader {
public:
    explicit AmdReader(GpuSystem const& system) : sysfs_(system.sysfs), processes_(system.proc) {}

    GpuReading read(std::stop_token const& stop) const {
        auto reading = GpuReading{};
        auto const users = minors_used_by_ollama();
        for (auto const number : card_numbers()) {
            auto const device =
                sysfs_ / "class" / "drm" / ("card" + std::to_string(number)) / "device";
            if (stop.stop_requested()) {
                break;
            }
            if (is_amdgpu(device)) {
                auto card = GpuCard{};
                card.whole = read_card(device, users);
                card.whole.index = static_cast<std::uint32_t>(reading.cards.size());
                reading.cards.push_back(std::move(card));
            }
        }
        if (reading.cards.empty()) {
            reading.absent = "no amdgpu card in " + (sysfs_ / "class" / "drm").string();
        }
        return reading;
    }

private:
    using Path = std::filesystem::path;

    // Returns the names in a directory; empty if it cannot be listed.
    static std::vector<std::string> names_in(Path const& directory) {
        auto names = std::vector<std::string>{};
        std::error_code error;
        auto entry = std::filesystem::directory_iterator(directory, error);
        for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
            names.push_back(entry->path().filename().string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    // Returns the number in the name of a file, such as 7 of `card7`.
    static std::optional<std::uint64_t>
    number_after(std::string_view name, std::string_view prefix) {
        return name.starts_with(prefix) ? parse_sysfs_number(name.substr(prefix.size()))
                                        : std::nullopt;
    }

    static std::optional<std::uint64_t> number_in(Path const& file) {
        auto const text = io::read_proc_file(file, 64);
        return text ? parse_sysfs_number(*text) : std::nullopt;
    }

    static std::string text_in(Path const& file) {
        auto text = io::read_proc_file(file, 128).value_or("");
        text.resize(std::min(text.find('\n'), text.size()));
        return text;
    }

    // Connectors such as `card0-DP-1` are no cards.
    std::vector<std::uint64_t> card_numbers() const {
        auto numbers = std::vector<std::uint64_t>{};
        for (auto const& name : names_in(sysfs_ / "class" / "drm")) {
            if (auto const number = number_after(name, "card")) {
                numbers.push_back(*number);
            }
        }
        std::sort(numbers.begin(), numbers.end());
        return numbers;
    }

    static bool is_amdgpu(Path const& device) {
        std::error_code error;
        return text_in(device / "vendor") == "0x1002" &&
               (std::filesystem::exists(device / "mem_info_vram_total", error) ||
                std::filesystem::exists(device / "gpu_busy_percent", error));
    }

    Gpu read_card(Path const& device, std::set<std::uint64_t> const& users) const {
        auto gpu = Gpu{};
        gpu.vendor = GpuVendor::amd;
        gpu.name = text_in(device / "product_name");
        if (gpu.name.empty()) {
            gpu.name = "AMD GPU " + text_in(device / "device");
        }
        gpu.memory_used_bytes = number_in(device / "mem_info_vram_used");
        gpu.memory_total_bytes = number_in(device / "mem_info_vram_total");
        for (auto const& name : names_in(device / "drm")) {
            auto const minor = number_after(name, "renderD");
            if (minor && users.contains(*minor)) {
                gpu.used_by_ollama = true;
            }
        }
        // The other files would wake a suspended card.
        if (text_in(device / "power" / "runtime_status") != "suspended") {
            read_sensors(device, gpu);
        }
        return gpu;
    }

    static void read_sensors(Path const& device, Gpu& gpu) {
        auto const busy = number_in(device / "gpu_busy_percent");
        if (busy && *busy <= 100) {
            gpu.utilization_percent = static_cast<double>(*busy);
        }
        for (auto const& name : names_in(device / "hwmon")) {
            auto const sensors = device / "hwmon" / name;
            auto microwatts = number_in(sensors / "power1_average");
            if (!microwatts) {
                microwatts = number_in(sensors / "power1_input");
            }
            if (microwatts && !gpu.power_watts) {
                gpu.power_watts = static_cast<double>(*microwatts) / 1e6;
            }
            auto const temperature = number_in(sensors / "temp1_input");
            if (temperature && !gpu.temperature_celsius) {
                gpu.temperature_celsius = static_cast<double>(*temperature) / 1e3;
            }
        }
    }

    // Returns the DRM render minors of the cards on which a process of Ollama has memory, from the
    // process list of ROCm. Processes that use a card through Vulkan are not in it, so a card that
    // is missing here may be used as well.
    std::set<std::uint64_t> minors_used_by_ollama() const {
        auto const kfd = sysfs_ / "class" / "kfd" / "kfd";
        auto used = std::set<std::uint64_t>{};
        for (auto const& name : names_in(kfd / "proc")) {
            auto const pid = parse_sysfs_number(name);
            auto const process = pid && *pid <= 0xffffffff
                                     ? processes_.at(static_cast<std::uint32_t>(*pid))
                                     : std::nullopt;
            if (!process || !is_of_ollama(*process, processes_)) {
                continue;
            }
            for (auto const& file : names_in(kfd / "proc" / name)) {
                auto const id = number_after(file, "vram_");
                if (id && number_in(kfd / "proc" / name / file).value_or(0) > 0) {
                    used.insert(*id);
                }
            }
        }
        return used.empty() ? used : minors_of(kfd / "topology" / "nodes", used);
    }

    static std::set<std::uint64_t>
    minors_of(Path const& nodes, std::set<std::uint64_t> const& gpu_ids) {
        auto minors = std::set<std::uint64_t>{};
        for (auto const& name : names_in(nodes)) {
            auto const id = number_in(nodes / name / "gpu_id");
            auto const properties = io::read_proc_file(nodes / name / "properties", 16 * 1024);
            if (!id || !properties || !gpu_ids.contains(*id)) {
                continue;
            }
            static constexpr std::string_view key = "drm_render_minor ";
            auto const at = properties->find(key);
            auto const end = properties->find('\n', at);
            if (at != properties->npos && end != properties->npos) {
                auto const value = std::string_view(*properties).substr(at, end - at);
                if (auto const minor = parse_sysfs_number(value.substr(key.size()))) {
                    minors.insert(*minor);
                }
            }
        }
        return minors;
    }

    Path sysfs_;
    io::ProcessTable processes_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
