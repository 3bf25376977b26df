#pragma once

/// The definitions of io/sqlite/: see src.hpp.
#include <ousage/config.hpp>

#if OUSAGE_WITH_SQLITE
#    include <ousage/io/sqlite/impl/database_files.hpp>
#    include <ousage/io/sqlite/impl/read_database.hpp>
#    include <ousage/io/sqlite/impl/sqlite.hpp>
#    include <ousage/io/sqlite/impl/sqlite_statement.hpp>
#endif
