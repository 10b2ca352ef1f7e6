#pragma once

// The configuration's own documentation, written from the field table: config/tidegate.yaml and docs/config.md. Pure.
// [any-thread]

#include <string>

namespace tidegate::config {

// Every key with its meaning and its default, commented out.
std::string reference_yaml();
// A table for each section.
std::string reference_markdown();

}  // namespace tidegate::config
