#pragma once

/// The definitions of core/: see src.hpp.
#include <ousage/core/impl/attempt.hpp>
#include <ousage/core/impl/calendar.hpp>
#include <ousage/core/impl/deadline.hpp>
#include <ousage/core/impl/duration.hpp>
#include <ousage/core/impl/error.hpp>
#include <ousage/core/impl/gather.hpp>
#include <ousage/core/impl/mailbox.hpp>
#include <ousage/core/impl/merge.hpp>
#include <ousage/core/impl/offload.hpp>
#include <ousage/core/impl/outcome.hpp>
#include <ousage/core/impl/retry.hpp>
#include <ousage/core/impl/run.hpp>
#include <ousage/core/impl/source.hpp>
#include <ousage/core/impl/source_traits.hpp>
#include <ousage/core/impl/timestamp.hpp>
#include <ousage/core/impl/tzif.hpp>
#include <ousage/core/impl/wait_for.hpp>
#include <ousage/core/impl/with_timeout.hpp>
