#pragma once

/// The definitions of format/: see src.hpp.
#include <ousage/format/impl/observe.hpp>
#include <ousage/format/impl/prometheus.hpp>
#include <ousage/format/impl/table.hpp>
#include <ousage/format/prometheus/impl/accept.hpp>
#include <ousage/format/prometheus/impl/activity.hpp>
#include <ousage/format/prometheus/impl/exposition.hpp>
#include <ousage/format/prometheus/impl/log_tally.hpp>
#include <ousage/format/text/impl/bar.hpp>
#include <ousage/format/text/impl/display_text.hpp>
#include <ousage/format/text/impl/grid.hpp>
#include <ousage/format/text/impl/text_style.hpp>
#include <ousage/format/text/impl/text_width.hpp>
