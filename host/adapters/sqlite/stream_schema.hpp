#pragma once

// The tables of a streams file. Constants. [any-thread]

#include "adapters/sqlite/versioned_schema.hpp"

namespace tidegate {

extern const VersionedSchema kStreamSchema;

}  // namespace tidegate
