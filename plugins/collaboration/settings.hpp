// Settings: the plugin's configuration (its schema was checked by the host).
// Thread rule: [any-thread], a value.
#pragma once

#include <cstdint>
#include <string_view>
#include <tidegate/json/reader.hpp>

namespace tidegate::collaboration {

struct Settings {
    std::uint32_t grace_ms = 5000;
    std::uint64_t lease_ttl_ms = 15000;
    std::uint64_t cursor_interval_ms = 50;
};

inline Settings read_settings(std::string_view json) {
    Settings out;
    std::int64_t number = 0;
    tg::json::Reader in(json);
    std::string_view key;
    if (!in.enter_object()) return out;
    while (in.next_member(key)) {
        if (key == "grace_ms" && in.integer(number)) out.grace_ms = static_cast<std::uint32_t>(number);
        if (key == "lease_ttl_ms" && in.integer(number)) out.lease_ttl_ms = static_cast<std::uint64_t>(number);
        if (key == "cursor_interval_ms" && in.integer(number))
            out.cursor_interval_ms = static_cast<std::uint64_t>(number);
    }
    return out;
}

}  // namespace tidegate::collaboration
