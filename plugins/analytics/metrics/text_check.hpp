// Whether a text may be shown to clients: valid UTF-8. The reader of JSON passes over bytes it does not know.
// Thread rule: [any-thread], a pure function.
#pragma once

#include <string_view>

namespace tidegate::analytics {

bool is_utf8(std::string_view text);

}  // namespace tidegate::analytics
