#pragma once

#include <chrono>
#include <cstdint>

namespace ousage::program {

/// A bar on standard error for work of more than a second; nothing where that is no terminal.
class Progress {
public:
    /// Of work that is so many bytes; 0 where that is not known, and there is no bar.
    explicit Progress(std::uint64_t total);
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;
    ~Progress();

    /// So many bytes more are done.
    void add(std::uint64_t bytes);

private:
    void draw(double share);

    std::uint64_t total_;
    std::uint64_t done_ = 0, drawn_at_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    bool is_drawn_ = false;
};

} // namespace ousage::program
