#pragma once

// Borrowed strings of the C ABI as string views and back. Pure. [any-thread]

#include <tidegate/abi/base.h>

#include <string_view>

namespace tidegate::plugin {

inline tg_str to_c(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view from_c(tg_str text) {
    return text.ptr ? std::string_view(text.ptr, text.len) : std::string_view{};
}

}  // namespace tidegate::plugin
