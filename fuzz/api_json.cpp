// Parses any bytes as the response of each endpoint. A parsed snapshot is unchanged after it is
// written and read again.
#include <ousage/json/json.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/local_api/api.hpp>
#include <ousage/ollama/local_api/model_list.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

template <class T>
void read(std::string_view text) {
    auto value = T{};
    (void)ousage::read_json(text, value).has_value();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = std::string_view(reinterpret_cast<char const*>(data), size);
    namespace api = ousage::ollama::api;
    (void)api::read_model_list<api::ListModel>(text).models.size();
    (void)api::read_model_list<api::ProcessModel>(text).models.size();
    read<api::VersionResponse>(text);
    read<api::StatusResponse>(text);
    read<api::ShowResponse>(text);
    read<api::SignInResponse>(text);
    auto snapshot = ousage::ollama::Snapshot{};
    if (!ousage::read_json(text, snapshot)) {
        auto const written = ousage::to_json(snapshot);
        auto again = ousage::ollama::Snapshot{};
        if (ousage::read_json(written, again) || ousage::to_json(again) != written) {
            __builtin_trap();
        }
    }
    return 0;
}
