#pragma once

// `tidegate plugins list|status|reload|rollback|enable|disable`: asks a running host. Exit code 0 only when it
// happened.

#include <CLI/CLI.hpp>

namespace tidegate::cli {

// Adds the subcommand; `exit_code` receives the outcome when it ran.
void add_plugins_command(CLI::App& app, int& exit_code);

}  // namespace tidegate::cli
