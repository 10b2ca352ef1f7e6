#pragma once

// `tidegate token`: prints a token that a host with the same configuration accepts, alone on standard output. For
// development and tests: in production another system issues tokens.

#include <CLI/CLI.hpp>

namespace tidegate::cli {

void add_token_command(CLI::App& app, int& exit_code);

}  // namespace tidegate::cli
