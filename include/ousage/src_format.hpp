#pragma once

/// The definitions of format/ without Prometheus: see src.hpp.
#include <ousage/format/impl/observe.hpp>
#include <ousage/format/impl/status_line.hpp>
#include <ousage/format/impl/table.hpp>
#include <ousage/format/impl/view.hpp>
#include <ousage/format/impl/view_sections.hpp>
#include <ousage/format/impl/view_table.hpp>
#include <ousage/format/text/impl/bar.hpp>
#include <ousage/format/text/impl/display_text.hpp>
#include <ousage/format/text/impl/grid.hpp>
#include <ousage/format/text/impl/text_style.hpp>
#include <ousage/format/text/impl/text_width.hpp>
#include <ousage/format/view/impl/gpu_view.hpp>
#include <ousage/format/view/impl/header_view.hpp>
#include <ousage/format/view/impl/history_view.hpp>
#include <ousage/format/view/impl/loaded_view.hpp>
#include <ousage/format/view/impl/model_view.hpp>
#include <ousage/format/view/impl/quota_view.hpp>
#include <ousage/format/view/impl/request_view.hpp>
#include <ousage/format/view/impl/source_view.hpp>
#include <ousage/format/view/impl/status_view.hpp>
#include <ousage/format/view/impl/times.hpp>
#include <ousage/format/view/impl/token_view.hpp>
#include <ousage/format/view/impl/units.hpp>
