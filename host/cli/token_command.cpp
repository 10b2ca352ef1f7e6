#include "cli/token_command.hpp"

#include "adapters/auth/token_issuer.hpp"
#include "config/loader.hpp"
#include "runtime/authentication.hpp"

#include <iostream>
#include <memory>
#include <string>

namespace tidegate::cli {

namespace {

int print_token(const std::string& config_file, const TokenRequest& request) {
    config::Sources sources;
    sources.file = config_file;
    sources.environment = config::process_environment();
    const auto settings = config::load(sources);
    if (!settings) {
        std::cerr << "tidegate: " << settings.error().text << "\n";
        return 1;
    }
    if (const auto wrong = check_token_request(request); !wrong) {
        std::cerr << "tidegate: " << wrong.error().text << "\n";
        return 1;
    }
    std::cout << issue_token(runtime::jwt_settings(*settings), request, SystemClock()) << "\n";
    return 0;
}

}  // namespace

void add_token_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("token", "Prints a token for a user; valid for 12 hours");
    const auto config = std::make_shared<std::string>("config/tidegate.yaml");
    const auto request = std::make_shared<TokenRequest>();
    command->add_option("--config", *config, "YAML file, for the key, audience and issuer")->capture_default_str();
    command->add_option("--user", request->user, "UUID of the user")->required();
    command->add_option("--name", request->name, "Name shown to others")->required();
    command->add_option("--role", request->role, "Role, whose permissions the configuration names")->required();
    command->add_option("--permission", request->permissions, "A further permission; repeatable")->take_all();
    command->add_option("--tenant", request->tenant, "Tenant")->capture_default_str();
    command->callback([config, request, &exit_code] { exit_code = print_token(*config, *request); });
}

}  // namespace tidegate::cli
