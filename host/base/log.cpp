#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>

namespace tidegate {

void configure_log(const std::string& level) {
    auto logger = std::make_shared<spdlog::logger>("tidegate", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
    logger->set_level(spdlog::level::from_str(level));
    logger->flush_on(spdlog::level::warn);
    spdlog::set_default_logger(std::move(logger));
}

void log_for_plugin(int level, std::string_view plugin, std::string_view text) {
    const auto at = static_cast<spdlog::level::level_enum>(level < 0 ? 0 : level > 5 ? 5 : level);
    spdlog::log(at, "[plugin {}] {}", plugin, text);
}

}  // namespace tidegate
