// The commands of Tidegate, and the wall that start-up exceptions stop at. `tidegate X` runs `tidegate-X` from its own
// folder when X is not one of them, so that a plugin can bring a tool.

#include "cli/plugins_command.hpp"
#include "cli/serve_command.hpp"
#include "cli/token_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>

namespace {

// Does not return when there is such a tool.
void run_tool(const CLI::App& app, char** arguments) {
    const std::string name = arguments[1] ? arguments[1] : "";
    const bool is_command = std::ranges::any_of(app.get_subcommands({}),
                                                [&](const CLI::App* command) { return command->get_name() == name; });
    if (name.empty() || name.starts_with('-') || name.find('/') != std::string::npos || is_command) return;
    std::error_code failed;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
    const auto tool = self.parent_path() / ("tidegate-" + name);
    if (failed || ::access(tool.c_str(), X_OK) != 0) return;
    ::execv(tool.c_str(), arguments + 1);
    std::cerr << "tidegate: run '" << tool.string() << "': " << std::strerror(errno) << "\n";
}

int run(int count, char** arguments) {
    CLI::App app{"Tidegate: a real-time WebSocket runtime whose features are plugins"};
    app.name("tidegate");
    app.set_version_flag("--version", TIDEGATE_VERSION);
    app.require_subcommand(1);
    int exit_code = 0;
    tidegate::cli::add_serve_command(app, exit_code);
    tidegate::cli::add_check_config_command(app, exit_code);
    tidegate::cli::add_token_command(app, exit_code);
    tidegate::cli::add_plugins_command(app, exit_code);
    run_tool(app, arguments);
    CLI11_PARSE(app, count, arguments);
    return exit_code;
}

}  // namespace

int main(int count, char** arguments) try { return run(count, arguments); } catch (const std::exception& error) {
    std::cerr << "tidegate: " << error.what() << "\n";
    return 1;
}
