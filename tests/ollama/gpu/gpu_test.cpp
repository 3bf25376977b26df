#include "support/fake_nvml/fake_nvml.hpp"
#include "support/proc_tree.hpp"
#include <ousage/core/run.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/io/platform/shared_library.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/gpu.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <mutex>
#include <string>
#include <vector>

namespace ousage::test {

namespace {

using namespace std::chrono_literals;
using ollama::Gpu;
using ollama::GpuState;
using ollama::GpuSystem;
using ollama::GpuVendor;

// The results of NVML, from nvml.h.
std::vector<int> const nvml_errors{1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                   16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 999};

bool means_not_available(int result) {
    auto const results = {2, 3, 4, 6, 13, 25, 26};
    return std::find(results.begin(), results.end(), result) != results.end();
}

class GpuSource : public testing::Test {
protected:
    // A system with the library of that path and empty trees.
    GpuSource() { set_library(OUSAGE_TEST_NVML); }

    ~GpuSource() override {
        {
            auto const lock = std::lock_guard(nvml->mutex);
            nvml->is_hanging = false;
            nvml->hangs = false;
        }
        nvml->changed.notify_all();
        reset();
    }

    void set_library(std::string const& path) {
        auto const library = io::SharedLibrary::open({path});
        ASSERT_TRUE(library) << library.failure().text;
        nvml = library->function<FakeNvml*()>("fake_nvml")();
        reset();
        system.nvml = {path};
        system.sysfs = tree.path() / "sys";
        system.proc = tree.path() / "proc";
        nvml->devices = {FakeDevice{}};
    }

    void reset() {
        nvml->devices.clear();
        nvml->results.clear();
        nvml->calls.clear();
        nvml->hangs = false;
    }

    Outcome<GpuState> collect() { return run(ollama::gpu(system)); }

    void add_process(FakeProcess const& process) {
        auto const files = ProcTree();
        files.add(process);
        std::filesystem::copy(files.path(), system.proc, std::filesystem::copy_options::recursive);
    }

    // Writes the files of an AMD card. `card` is a name in class/drm.
    void add_amd(std::string const& card, std::string const& vendor = "0x1002\n") {
        auto const device = "sys/class/drm/" + card + "/device/";
        tree.write(device + "vendor", vendor);
        tree.write(device + "device", "0x744c\n");
        tree.write(device + "gpu_busy_percent", "37\n");
        tree.write(device + "mem_info_vram_used", "4096\n");
        tree.write(device + "mem_info_vram_total", "25753026560\n");
        tree.write(device + "power/runtime_status", "active\n");
        tree.write(device + "drm/renderD128/dev", "226:128\n");
        tree.write(device + "hwmon/hwmon3/power1_average", "71000000\n");
        tree.write(device + "hwmon/hwmon3/temp1_input", "48500\n");
    }

    FakeNvml* nvml = nullptr;
    ProcTree tree;
    GpuSystem system;
};

TEST_F(GpuSource, ReadsEveryValueOfACard) {
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    ASSERT_EQ(outcome.value.gpus.size(), 1u);
    EXPECT_EQ(
        to_json(outcome.value.gpus[0], JsonStyle::compact),
        R"({"index":0,"name":"NVIDIA Fake 4000","vendor":"nvidia","utilization_percent":42,)"
        R"("memory_used_bytes":9000000000,"memory_total_bytes":24000000000,"power_watts":123.4,)"
        R"("temperature_celsius":61,"used_by_ollama":false})");
    EXPECT_EQ(
        to_json(outcome.value.gpu, JsonStyle::compact),
        R"({"gpu_count":1,"gpu_utilization_percent":42,"gpu_memory_used_bytes":9000000000,)"
        R"("gpu_memory_total_bytes":24000000000,"gpu_power_watts":123.4})");
}

TEST_F(GpuSource, OldLibraryWithoutVersionedFunctionsIsRead) {
    set_library(OUSAGE_TEST_NVML_OLD);
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    ASSERT_EQ(outcome.value.gpus.size(), 1u);
    EXPECT_EQ(outcome.value.gpus[0].memory_used_bytes, 9'500'000'000u);
    EXPECT_EQ(outcome.value.gpus[0].temperature_celsius, 61);
    EXPECT_EQ(outcome.value.gpus[0].used_by_ollama, false);
}

TEST_F(GpuSource, NewFunctionThatRejectsItsArgumentIsReplacedByTheOldOne) {
    for (auto const result : {2, 3, 13, 25}) {
        for (auto const* const function :
             {"memory_v2", "temperature_v1", "compute_v3", "graphics_v3"}) {
            nvml->results[function] = result;
        }
        auto const outcome = collect();
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        ASSERT_EQ(outcome.value.gpus.size(), 1u);
        EXPECT_EQ(outcome.value.gpus[0].memory_used_bytes, 9'500'000'000u);
        EXPECT_EQ(outcome.value.gpus[0].temperature_celsius, 61);
        EXPECT_EQ(outcome.value.gpus[0].used_by_ollama, false);
    }
}

TEST_F(GpuSource, SumsAndMeanCoverAllCardsThatHaveTheValue) {
    nvml->devices.assign(8, FakeDevice{});
    nvml->devices[1].utilization = 100;
    nvml->devices[2].utilization.reset();
    nvml->devices[3].milliwatts.reset();
    nvml->devices[4].memory_total.reset();
    auto const outcome = collect();
    ASSERT_EQ(outcome.value.gpus.size(), 8u);
    EXPECT_EQ(outcome.value.gpus[7].index, 7u);
    EXPECT_FALSE(outcome.value.gpus[2].utilization_percent);
    EXPECT_FALSE(outcome.value.gpus[3].power_watts);
    EXPECT_FALSE(outcome.value.gpus[4].memory_used_bytes);
    auto const& sums = outcome.value.gpu;
    EXPECT_EQ(sums.gpu_count, 8u);
    EXPECT_NEAR(*sums.gpu_utilization_percent, (6 * 42 + 100) / 7.0, 1e-9);
    EXPECT_NEAR(*sums.gpu_power_watts, 7 * 123.4, 1e-9);
    EXPECT_EQ(sums.gpu_memory_total_bytes, 7 * 24'000'000'000u);
    EXPECT_EQ(sums.gpu_memory_used_bytes, 7 * 9'000'000'000u);
}

TEST_F(GpuSource, CardWithoutAnyValueIsListed) {
    nvml->devices[0].utilization.reset();
    nvml->devices[0].memory_total.reset();
    nvml->devices[0].milliwatts.reset();
    nvml->devices[0].temperature.reset();
    nvml->devices[0].name = std::string(200, 'x');
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::ok);
    ASSERT_EQ(outcome.value.gpus.size(), 1u);
    EXPECT_EQ(outcome.value.gpus[0].name, std::string(95, 'x'));
    EXPECT_EQ(to_json(outcome.value.gpu, JsonStyle::compact), R"({"gpu_count":1})");
}

TEST_F(GpuSource, EveryErrorOfEveryValueIsAbsentOrNamesTheCard) {
    for (auto const* const function :
         {"name", "utilization", "memory", "power", "temperature", "compute", "graphics",
          "mig_mode"}) {
        for (auto const result : nvml_errors) {
            nvml->results.clear();
            nvml->results[function] = result;
            for (auto const* const suffix : {"_v1", "_v2", "_v3"}) {
                nvml->results[std::string(function) + suffix] = result;
            }
            auto const outcome = collect();
            auto const context = std::string(function) + " " + std::to_string(result);
            ASSERT_EQ(outcome.value.gpus.size(), 1u) << context;
            EXPECT_EQ(outcome.value.gpu.gpu_count, 1u) << context;
            // The fake reports 7 (a larger buffer is needed) for every buffer.
            if (means_not_available(result)) {
                EXPECT_EQ(outcome.state, State::ok) << context << describe(outcome);
            } else {
                EXPECT_EQ(outcome.state, State::partial) << context;
                ASSERT_EQ(outcome.failures.size(), 1u) << context;
                EXPECT_EQ(outcome.failures[0].part, "nvidia.0") << context;
                EXPECT_NE(
                    outcome.failures[0].text.find("(NVML error " + std::to_string(result) + ")"),
                    std::string::npos)
                    << outcome.failures[0].text;
            }
            auto const& gpu = outcome.value.gpus[0];
            auto const is = [function](std::string_view name) { return name == function; };
            EXPECT_EQ(gpu.utilization_percent.has_value(), !is("utilization")) << context;
            EXPECT_EQ(gpu.memory_used_bytes.has_value(), !is("memory")) << context;
            EXPECT_EQ(gpu.power_watts.has_value(), !is("power")) << context;
            EXPECT_EQ(gpu.temperature_celsius.has_value(), !is("temperature")) << context;
        }
    }
}

TEST_F(GpuSource, EveryErrorOfTheStartIsAbsentOrAnError) {
    for (auto const result : nvml_errors) {
        nvml->results = {{"init", result}};
        auto const outcome = collect();
        auto const is_absent = result == 9 || result == 12;
        EXPECT_EQ(outcome.state, is_absent ? State::absent : State::error) << result;
        EXPECT_TRUE(outcome.value.gpus.empty());
    }
    for (auto const result : nvml_errors) {
        nvml->results = {{"count", result}};
        EXPECT_EQ(collect().state, State::error) << result;
    }
}

TEST_F(GpuSource, LostCardIsNamedAndTheOthersAreRead) {
    nvml->devices.assign(2, FakeDevice{});
    for (auto const result : nvml_errors) {
        nvml->results = {{"handle", result}};
        auto const outcome = collect();
        EXPECT_TRUE(outcome.value.gpus.empty());
        EXPECT_EQ(outcome.failures.size(), result == 4 ? 0u : 2u) << result;
    }
    nvml->results = {{"power", 15}};
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::partial);
    EXPECT_EQ(describe(outcome).find("nvidia.0: power: GPU is lost (NVML error 15)"), 0u)
        << describe(outcome);
    EXPECT_EQ(outcome.value.gpus.size(), 2u);
}

TEST_F(GpuSource, LibraryStaysInitializedUntilACallFails) {
    auto const source = ollama::gpu(system);
    EXPECT_EQ(run(source).state, State::ok);
    EXPECT_EQ(run(source).state, State::ok);
    EXPECT_EQ(nvml->calls["init"], 1);
    EXPECT_EQ(nvml->calls["shutdown"], 0);
    nvml->results = {{"count", 1}};
    EXPECT_EQ(run(source).state, State::error);
    EXPECT_EQ(nvml->calls["shutdown"], 1);
    nvml->results.clear();
    EXPECT_EQ(run(source).state, State::ok);
    EXPECT_EQ(nvml->calls["init"], 2);
    EXPECT_EQ(nvml->calls["shutdown"], 1);
}

TEST_F(GpuSource, ReloadedDriverIsFoundAgain) {
    auto const source = ollama::gpu(system);
    EXPECT_EQ(run(source).state, State::ok);
    nvml->results = {{"count", 1}, {"init", 9}};
    EXPECT_EQ(run(source).state, State::error);
    EXPECT_EQ(run(source).state, State::absent);
    EXPECT_EQ(run(source).state, State::absent);
    nvml->results.clear();
    EXPECT_EQ(run(source).state, State::ok);
    EXPECT_EQ(nvml->calls["init"], 4);
    EXPECT_EQ(nvml->calls["shutdown"], 1);
}

TEST_F(GpuSource, LostCardRestartsTheLibraryOnce) {
    for (auto const* const function : {"handle", "power"}) {
        reset();
        nvml->devices.assign(2, FakeDevice{});
        auto const source = ollama::gpu(system);
        EXPECT_EQ(run(source).state, State::ok);
        nvml->results = {{function, 15}};
        for (int poll = 0; poll < 64; ++poll) {
            EXPECT_EQ(run(source).failures.size(), 2u);
        }
        EXPECT_EQ(nvml->calls["init"], 2) << function;
        EXPECT_EQ(nvml->calls["shutdown"], 1) << function;
        static_cast<void>(run(source)); // it is tried again from time to time
        static_cast<void>(run(source));
        EXPECT_EQ(nvml->calls["init"], 3) << function;
        EXPECT_EQ(nvml->calls["shutdown"], 2) << function;
        nvml->results.clear();
        EXPECT_EQ(run(source).state, State::ok);
        EXPECT_EQ(nvml->calls["init"], 3) << function;
        nvml->results = {{function, 15}}; // it is lost again
        static_cast<void>(run(source));
        static_cast<void>(run(source));
        EXPECT_EQ(nvml->calls["init"], 4) << function;
        EXPECT_EQ(nvml->calls["shutdown"], 3) << function;
    }
}

TEST_F(GpuSource, FailedValueOfAPresentCardDoesNotRestartTheLibrary) {
    nvml->results = {{"power", 17}, {"temperature", 3}, {"temperature_v1", 3}};
    auto const source = ollama::gpu(system);
    for (int poll = 0; poll < 3; ++poll) {
        EXPECT_EQ(run(source).state, State::partial);
    }
    EXPECT_EQ(nvml->calls["init"], 1);
    EXPECT_EQ(nvml->calls["shutdown"], 0);
}

TEST_F(GpuSource, MigInstancesAreNamedAndNotAddedToTheSums) {
    auto instance = FakeDevice{"NVIDIA Fake MIG 1g.5gb"};
    instance.utilization.reset();
    instance.milliwatts.reset();
    instance.temperature.reset();
    instance.memory_total = 5'000'000'000;
    instance.memory_used = 1'000'000'000;
    instance.gpu_instance = 7;
    instance.compute_instance = 0;
    auto second = instance;
    second.gpu_instance = 8;
    second.compute = {300};
    nvml->devices[0].utilization.reset();
    nvml->devices[0].instances = std::vector{instance, second};
    add_process({200, 1, "ollama", 0, {}});
    add_process({300, 200, "llama-server", 0, {}});
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    ASSERT_EQ(outcome.value.gpus.size(), 3u);
    auto const& gpus = outcome.value.gpus;
    EXPECT_EQ(gpus[1].name, "NVIDIA Fake MIG 1g.5gb GPU instance 7 compute instance 0");
    EXPECT_EQ(gpus[2].name, "NVIDIA Fake MIG 1g.5gb GPU instance 8 compute instance 0");
    EXPECT_EQ(gpus[1].index, 0u);
    EXPECT_EQ(gpus[1].memory_used_bytes, 1'000'000'000u);
    EXPECT_FALSE(gpus[1].utilization_percent);
    EXPECT_EQ(gpus[1].used_by_ollama, false);
    EXPECT_EQ(gpus[2].used_by_ollama, true);
    EXPECT_EQ(gpus[0].used_by_ollama, true);
    EXPECT_EQ(outcome.value.gpu.gpu_count, 1u);
    EXPECT_EQ(outcome.value.gpu.gpu_memory_total_bytes, 24'000'000'000u);
    for (auto const result : nvml_errors) {
        for (auto const* const function :
             {"mig_count", "mig_handle", "gpu_instance", "compute_instance"}) {
            nvml->results = {{function, result}};
            EXPECT_GE(collect().value.gpus.size(), 1u);
        }
    }
}

TEST_F(GpuSource, EmptyListOfProcessesIsUnknownInAContainer) {
    std::filesystem::create_directories(system.proc / "self/ns");
    std::filesystem::create_symlink("pid:[4026532198]", system.proc / "self/ns/pid");
    EXPECT_EQ(collect().value.gpus.at(0).used_by_ollama, std::nullopt);
    std::filesystem::remove(system.proc / "self/ns/pid");
    std::filesystem::create_symlink("pid:[4026531836]", system.proc / "self/ns/pid");
    EXPECT_EQ(collect().value.gpus.at(0).used_by_ollama, false);
}

TEST_F(GpuSource, UsedByOllamaComesFromTheProcessTable) {
    add_process({100, 1, "ollama", 0, {}});
    add_process({101, 100, "llama-server", 0, {}});
    add_process({102, 1, "llama-server", 0, {}}); // not of Ollama
    add_process({103, 1, "Xorg", 0, {}});
    auto const used_by = [this](std::vector<unsigned> compute, std::vector<unsigned> graphics) {
        nvml->devices[0].compute = std::move(compute);
        nvml->devices[0].graphics = std::move(graphics);
        return collect().value.gpus.at(0).used_by_ollama;
    };
    EXPECT_EQ(used_by({}, {}), false);
    EXPECT_EQ(used_by({102}, {103}), false);
    EXPECT_EQ(used_by({101}, {}), true);
    EXPECT_EQ(used_by({102}, {101}), true);
    EXPECT_EQ(used_by({100}, {}), true);
    EXPECT_EQ(used_by({999}, {}), std::nullopt); // of another PID namespace
    EXPECT_EQ(used_by({999, 101}, {}), true);
    auto many = std::vector<unsigned>(1'000, 102);
    many.push_back(101);
    EXPECT_EQ(used_by(many, {}), true);
}

TEST_F(GpuSource, WithoutDriverOrCardIsAbsent) {
    nvml->devices.clear();
    EXPECT_EQ(collect().state, State::absent);
    system.nvml = {"libousage-no-nvml.so.1"};
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::absent);
    EXPECT_TRUE(outcome.failures.empty());
    EXPECT_NE(outcome.note.find("libousage-no-nvml.so.1"), std::string::npos) << outcome.note;
    EXPECT_NE(outcome.note.find("no amdgpu card"), std::string::npos) << outcome.note;
}

TEST_F(GpuSource, LibraryThatCannotBeLoadedIsAnError) {
    tree.write("libnvidia-ml.so.1", "not ELF");
    system.nvml = {(tree.path() / "libnvidia-ml.so.1").string()};
    EXPECT_EQ(collect().state, State::error);
    system.nvml = {"libm.so.6"}; // has none of the functions
    EXPECT_EQ(collect().state, State::error);
}

TEST_F(GpuSource, HungDriverIsAbandonedAndTheOtherVendorIsKept) {
    add_amd("card0");
    nvml->hangs = true;
    auto const source = ollama::gpu(system);
    auto const first = run(source | with_timeout(2s));
    EXPECT_EQ(first.state, State::partial) << describe(first);
    ASSERT_EQ(first.value.gpus.size(), 1u);
    EXPECT_EQ(first.value.gpus[0].vendor, GpuVendor::amd);
    {
        auto lock = std::unique_lock(nvml->mutex);
        nvml->changed.wait(lock, [this] { return nvml->is_hanging; });
    }
    auto const second = run(source | with_timeout(10s));
    EXPECT_EQ(second.state, State::partial);
    EXPECT_NE(describe(second).find("has not returned"), std::string::npos) << describe(second);
    EXPECT_EQ(second.value.gpus.size(), 1u);
    {
        auto const lock = std::lock_guard(nvml->mutex);
        nvml->is_hanging = false; // the driver continues
    }
    nvml->changed.notify_all();
    auto third = run(source | with_timeout(10s));
    for (int tries = 0; tries < 10'000 && third.state == State::partial; ++tries) {
        third = run(source | with_timeout(10s)); // the abandoned thread may still read
    }
    EXPECT_EQ(third.state, State::ok) << describe(third);
    EXPECT_EQ(third.value.gpus.size(), 2u);
}

TEST_F(GpuSource, AmdCardsKeepTheirIndexWithoutTheNvidiaCards) {
    nvml->devices.assign(2, FakeDevice{});
    add_amd("card0");
    auto const source = ollama::gpu(system);
    EXPECT_EQ(run(source).value.gpus.at(2).index, 2u);
    for (auto const* const function : {"init", "count", "handle"}) {
        nvml->results = {{"count", 1}};
        static_cast<void>(run(source)); // shuts the library down
        nvml->results = {{function, 15}};
        auto const outcome = run(source);
        ASSERT_EQ(outcome.value.gpus.size(), 1u) << function;
        EXPECT_EQ(outcome.value.gpus[0].index, 2u) << function;
    }
    nvml->results.clear();
    nvml->hangs = true;
    auto outcome = run(source | with_timeout(1s));
    ASSERT_EQ(outcome.value.gpus.size(), 1u);
    EXPECT_EQ(outcome.value.gpus[0].index, 2u);
    outcome = run(source | with_timeout(10s));
    ASSERT_EQ(outcome.value.gpus.size(), 1u) << describe(outcome);
    EXPECT_EQ(outcome.value.gpus[0].index, 2u);
    {
        auto lock = std::unique_lock(nvml->mutex);
        nvml->changed.wait(lock, [this] { return nvml->is_hanging; });
        nvml->is_hanging = false;
    }
    nvml->changed.notify_all();
    for (int tries = 0; tries < 10'000 && outcome.value.gpus.size() < 3; ++tries) {
        outcome = run(source | with_timeout(10s)); // the abandoned thread may still read
    }
    EXPECT_EQ(outcome.value.gpus.at(2).index, 2u) << describe(outcome);
}

TEST_F(GpuSource, AmdCardIsReadFromItsFiles) {
    nvml->devices.clear();
    add_amd("card1");
    auto const outcome = collect();
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    ASSERT_EQ(outcome.value.gpus.size(), 1u);
    EXPECT_EQ(
        to_json(outcome.value.gpus[0], JsonStyle::compact),
        R"({"index":0,"name":"AMD GPU 0x744c","vendor":"amd","utilization_percent":37,)"
        R"("memory_used_bytes":4096,"memory_total_bytes":25753026560,"power_watts":71,)"
        R"("temperature_celsius":48.5})");
    tree.write("sys/class/drm/card1/device/product_name", "Instinct MI300X\n");
    EXPECT_EQ(collect().value.gpus.at(0).name, "Instinct MI300X");
}

TEST_F(GpuSource, AmdCardsFollowNvidiaCards) {
    nvml->devices.assign(2, FakeDevice{});
    add_amd("card10");
    add_amd("card2");
    add_amd("card0", "0x8086\n");
    tree.write("sys/class/drm/card2-DP-1/device/vendor", "0x1002\n");
    tree.write("sys/class/drm/card2/device/product_name", "first\n");
    auto const outcome = collect();
    ASSERT_EQ(outcome.value.gpus.size(), 4u);
    EXPECT_EQ(outcome.value.gpus[2].index, 2u);
    EXPECT_EQ(outcome.value.gpus[2].name, "first");
    EXPECT_EQ(outcome.value.gpus[3].index, 3u);
    EXPECT_EQ(outcome.value.gpu.gpu_count, 4u);
}

TEST_F(GpuSource, SuspendedAmdCardIsNotWoken) {
    add_amd("card0");
    tree.write("sys/class/drm/card0/device/power/runtime_status", "suspended\n");
    auto const gpu = collect().value.gpus.at(1);
    EXPECT_FALSE(gpu.utilization_percent || gpu.power_watts || gpu.temperature_celsius);
    EXPECT_EQ(gpu.memory_used_bytes, 4096u);
}

TEST_F(GpuSource, MalformedFilesOfAnAmdCardAreAbsentValues) {
    nvml->devices.clear();
    for (auto const& text :
         {std::string("x\n"), std::string(), std::string("-1\n"), std::string("101 \n"),
          std::string("99999999999999999999999\n"), std::string(100'000, '9'),
          std::string("\0\xff", 2)}) {
        add_amd("card0");
        for (auto const* const file :
             {"gpu_busy_percent", "mem_info_vram_used", "mem_info_vram_total",
              "hwmon/hwmon3/power1_average", "hwmon/hwmon3/temp1_input"}) {
            tree.write(std::string("sys/class/drm/card0/device/") + file, text);
        }
        auto const outcome = collect();
        ASSERT_EQ(outcome.value.gpus.size(), 1u);
        EXPECT_EQ(
            to_json(outcome.value.gpus[0], JsonStyle::compact),
            R"({"index":0,"name":"AMD GPU 0x744c","vendor":"amd"})");
    }
}

TEST_F(GpuSource, ProcessListOfRocmNamesTheAmdCardThatOllamaUses) {
    nvml->devices.clear();
    add_amd("card0");
    add_process({100, 1, "ollama", 0, {}});
    add_process({101, 100, "llama-server", 0, {}});
    add_process({102, 1, "python", 0, {}});
    tree.write("sys/class/kfd/kfd/topology/nodes/1/gpu_id", "51000\n");
    tree.write(
        "sys/class/kfd/kfd/topology/nodes/1/properties", "cpu_cores_count 0\n"
                                                         "drm_render_minor 128\n");
    tree.write("sys/class/kfd/kfd/proc/102/vram_51000", "4096\n");
    EXPECT_EQ(collect().value.gpus.at(0).used_by_ollama, std::nullopt);
    tree.write("sys/class/kfd/kfd/proc/101/vram_51000", "0\n");
    EXPECT_EQ(collect().value.gpus.at(0).used_by_ollama, std::nullopt);
    tree.write("sys/class/kfd/kfd/proc/101/vram_51000", "4096\n");
    EXPECT_EQ(collect().value.gpus.at(0).used_by_ollama, true);
}

// Reads the cards of this machine, if it has any.
TEST(RealGpu, HasPlausibleValues) {
    auto const outcome = run(ollama::gpu() | with_timeout(30s));
    if (outcome.state == State::absent) {
        GTEST_SKIP() << outcome.note;
    }
    std::cout << to_json(outcome.value) << '\n';
    ASSERT_FALSE(outcome.value.gpus.empty()) << describe(outcome);
    for (auto const& gpu : outcome.value.gpus) {
        EXPECT_FALSE(gpu.name.empty());
        EXPECT_LE(gpu.utilization_percent.value_or(0), 100);
        EXPECT_LE(gpu.memory_used_bytes.value_or(0), gpu.memory_total_bytes.value_or(~0ull));
        EXPECT_LT(gpu.temperature_celsius.value_or(0), 150);
        EXPECT_LT(gpu.power_watts.value_or(0), 3'000);
    }
}

} // namespace

} // namespace ousage::test
