#pragma once

// UUIDs as text: random ones from the kernel's generator, and a check of any version's form. [any-thread]

#include <string>
#include <string_view>

namespace tidegate {

// Version 4, lower case.
std::string random_uuid();

// 8-4-4-4-12 hexadecimal digits, either case, any version.
bool is_uuid(std::string_view text);

}  // namespace tidegate
