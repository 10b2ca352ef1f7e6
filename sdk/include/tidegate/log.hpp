#pragma once

// Log lines under the plugin's name, and the host's clocks and UUIDs. [any-thread]

#include <tidegate/detail/host.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tg {

namespace log {
inline void line(std::int32_t level, std::string_view text) noexcept { g_host->log(g_host, level, detail::str(text)); }
inline void trace(std::string_view text) noexcept { line(TG_LOG_TRACE, text); }
inline void debug(std::string_view text) noexcept { line(TG_LOG_DEBUG, text); }
inline void info(std::string_view text) noexcept { line(TG_LOG_INFO, text); }
inline void warn(std::string_view text) noexcept { line(TG_LOG_WARN, text); }
inline void error(std::string_view text) noexcept { line(TG_LOG_ERROR, text); }
}  // namespace log

inline std::int64_t monotonic_ns() noexcept { return g_host->monotonic_ns(g_host); }
inline std::int64_t wall_ms() noexcept { return g_host->wall_ms(g_host); }
inline std::string random_uuid() {
    char text[37] = {};
    g_host->random_uuid(g_host, text);
    return text;
}

}  // namespace tg
