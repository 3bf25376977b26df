#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/ollama/configuration.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Parses an accounts file. `file` is its name in error messages. `config_dir` contains server.json
/// and logs/ for accounts that do not set them. Unknown keys and wrong types are failures that name
/// the file, the line, the account and the key. The file never contains the cloud's API key, only
/// the name of its environment variable.
OUSAGE_DECL Result<std::vector<Account>>
parse_accounts(std::string_view text, std::string file, std::filesystem::path config_dir);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/assembly/impl/accounts_file.hpp>
#endif
