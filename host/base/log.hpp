#pragma once

// The host's log: one spdlog logger, to stderr, one line per record. Not for anything secret: no tokens, no payloads of
// clients. [any-thread]

#include <spdlog/spdlog.h>

#include <string>

namespace tidegate {

// Level is one of trace, debug, info, warning, error, off. [startup]
void configure_log(const std::string& level);

// "[plugin quote] …"
void log_for_plugin(int level, std::string_view plugin, std::string_view text);

}  // namespace tidegate
