#pragma once

/// The definitions of json/: see src.hpp.
#include <ousage/json/impl/locate.hpp>
#include <ousage/json/impl/reader.hpp>
#include <ousage/json/impl/texts.hpp>
#include <ousage/json/impl/value.hpp>
#include <ousage/json/impl/writer.hpp>
