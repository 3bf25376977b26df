#pragma once

#include "example/ousage/doctor_report.hpp"
#include <ousage/core/source_report.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <string>

namespace ousage::program {

/// Returns what to do about a source without data, or with less than it could have; empty if there
/// is nothing to do.
std::string doctor_advice(
    SourceReport const& report, ollama::Snapshot const& snapshot, DoctorFacts const& facts);

} // namespace ousage::program
