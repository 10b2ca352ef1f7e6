#pragma once

// The name that a mistyped one was probably meant to be. Pure. [any-thread]

#include <string>
#include <string_view>
#include <vector>

namespace tidegate::config {

// " (did you mean 'address'?)", or empty when nothing is near.
std::string did_you_mean(std::string_view given, const std::vector<std::string>& known);

}  // namespace tidegate::config
