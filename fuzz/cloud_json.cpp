// Parses any bytes as cloud responses and as the settings page. Parsed values are in range and
// unchanged after they are written to the state file and read again. Failure messages are short,
// because they must not repeat the input.
#include "check.hpp"
#include <ousage/ollama/cloud/cloud_response.hpp>
#include <ousage/ollama/cloud/detail/cloud_state.hpp>
#include <ousage/ollama/cloud/settings_page.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace ousage;
using namespace ousage::ollama;

void check_limit(std::optional<Limit> const& limit) {
    if (!limit) {
        return;
    }
    check(limit->unit == "percent" || limit->unit == "usd");
    if (limit->unit == "percent") {
        check(limit->used && *limit->used >= 0 && *limit->used <= 1e6 && limit->limit == 100);
        check(limit->remaining && *limit->remaining >= 0 && *limit->remaining <= 100);
    }
    for (auto const& value : {limit->used, limit->limit, limit->remaining}) {
        check(!value || std::isfinite(*value));
    }
}

void check_cloud(Cloud const& cloud) {
    with_members(cloud.limits, [](auto const&... limit) { (check_limit(limit), ...); });
    auto round = CloudRound{};
    round.value = cloud;
    auto const text = ousage::ollama::detail::to_text(round);
    auto const again = ousage::ollama::detail::read_round(text);
    check(again && equal(again->value, cloud));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = std::string_view(reinterpret_cast<char const*>(data), size);
    auto const now = std::chrono::sys_seconds(std::chrono::seconds(1'790'000'000));
    for (auto const kind :
         {CloudResponse::me, CloudResponse::tags, CloudResponse::balance, CloudResponse::usage}) {
        auto cloud = Cloud{};
        auto const failure = read_cloud_response(kind, text, now, cloud);
        check(!failure || (is_empty(cloud) && failure->text.size() < 120));
        check_cloud(cloud);
    }
    auto cloud = Cloud{};
    auto const failure = read_settings_page(text, now, cloud);
    check(!failure == !is_empty(cloud.limits));
    check_cloud(cloud);
    (void)ousage::ollama::detail::read_round(text);
    return 0;
}
