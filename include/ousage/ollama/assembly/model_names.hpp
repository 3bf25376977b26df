#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/engine_record.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// The names of models by the digest of their blob, as far as the log or responses that were read
/// anyway contain them. Several names may share one blob. Thread-safe.
class ModelNames {
public:
    /// The maximum number of digests from the log. Loads of further blobs are ignored.
    static constexpr std::size_t load_limit = 10'000;

    /// Records a load that the log names. A later load of the same blob replaces it.
    void add_load(EngineModel const& load);

    /// Replaces the names from POST /api/show: the digest in the FROM line of each listed model.
    void set_shown(std::vector<EngineModel> const& shown);

    /// Returns the name of the last load of the blob, else that of the only listed model that
    /// consists of it. Empty if there is none, or more than one.
    std::optional<std::string> find(std::string const& digest) const;

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::string> loads_;
    std::multimap<std::string, std::string> shown_;
};

/// Completes what sources report by digest: `model` of the runners, and of the rows of
/// `model_usage` from the log, which become `unknown` if there is no name. Rows of the log with the
/// same name and window are added.
OUSAGE_DECL void name_models(Snapshot& snapshot, ModelNames const& names);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/assembly/impl/model_names.hpp>
#endif
