#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view/field.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// One model of the server.
struct ModelRow {
    std::string name;         ///< display name
    Field size;               ///< on disk, `4.9 GiB`; `cloud` for a stub of a cloud model
    std::string parameters;   ///< as the server writes it, `8.0B`
    std::string quantization; ///< `Q4_K_M`
    std::string context;      ///< maximum tokens, `128k`
    std::string capabilities; ///< `tools, vision`
    std::string modified;     ///< `18 d ago`
};

/// The models of the server.
struct ModelView {
    std::vector<ModelRow> rows; ///< in the server's order, at most 20
    std::string more;           ///< `12 more` if there are others
    std::string storage;        ///< on disk, `7.2 GiB`
};

/// Derives the section `Models`. Digests are not part of it.
OUSAGE_DECL ModelView model_view(ollama::Snapshot const& snapshot);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/model_view.hpp>
#endif
