#pragma once

#include <chrono>
#include <cstdint>

namespace ousage::program {

/// A progress bar on standard error for work of more than a second. Draws nothing if standard error
/// is not a terminal.
class Progress {
public:
    /// `total` is the size of the work in bytes. Draws no bar if it is 0, i.e. unknown.
    explicit Progress(std::uint64_t total);
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;
    ~Progress();

    /// Adds completed bytes.
    void add(std::uint64_t bytes);

private:
    void draw(double share);

    std::uint64_t total_;
    std::uint64_t done_ = 0, drawn_at_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    bool is_drawn_ = false;
};

} // namespace ousage::program
