#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/desktop/desktop_db_part.hpp>

#include <filesystem>

namespace OUSAGE_NAMESPACE::ollama {

/// The source `desktop_db`: the desktop app's SQLite file, read beside its writer on a thread of
/// its own; neither the file nor anything beside it is changed. Local days are those of `calendar`,
/// the windows end at `now`. `absent` where there is no file. Parts that cannot be read are
/// failures by table and column; texts, titles and attachments never leave the thread. Polling the
/// same source again while the files stay as they are asks SQLite nothing.
OUSAGE_DECL Source<DesktopDb> desktop_db(std::filesystem::path path, Calendar calendar, Now now);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/desktop/impl/desktop_db.hpp>
#endif
