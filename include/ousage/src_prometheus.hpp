#pragma once

/// The definitions of format/prometheus.hpp and format/prometheus/: see src.hpp.
#include <ousage/format/impl/prometheus.hpp>
#include <ousage/format/prometheus/impl/accept.hpp>
#include <ousage/format/prometheus/impl/activity.hpp>
#include <ousage/format/prometheus/impl/exposition.hpp>
#include <ousage/format/prometheus/impl/log_tally.hpp>
