#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/desktop/desktop_db_part.hpp>

#include <filesystem>

namespace OUSAGE_NAMESPACE::ollama {

/// Source `desktop_db`: the desktop app's SQLite file. Reads it on a separate thread, also while
/// the app is writing it. Changes neither the file nor its directory. Local days follow `calendar`;
/// windows end at `now`. `absent` if the file does not exist.
///
/// Reports each part that cannot be read as a failure that names the table and column. Texts,
/// titles and attachments are counted on that thread and never returned. Polling the same source
/// again runs no query while the files are unchanged.
OUSAGE_DECL Source<DesktopDb> desktop_db(std::filesystem::path path, Calendar calendar, Now now);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/desktop/impl/desktop_db.hpp>
#endif
