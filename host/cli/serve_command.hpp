#pragma once

// `tidegate serve` and `tidegate check-config`: the configuration from file, environment and command line, then the
// host, until a signal ends it.

#include <CLI/CLI.hpp>

namespace tidegate::cli {

void add_serve_command(CLI::App& app, int& exit_code);
void add_check_config_command(CLI::App& app, int& exit_code);

}  // namespace tidegate::cli
