#include "cli/plugins_command.hpp"

#include "cli/admin_client.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

namespace tidegate::cli {

namespace {

using nlohmann::json;

constexpr const char* kPath = "/admin/api/plugins";

std::string text_of(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return "-";
    return found->is_string() ? found->get<std::string>() : found->dump();
}

void print_table(const json& plugins) {
    std::printf("%-16s %-12s %-10s %s\n", "PLUGIN", "STATE", "VERSION", "GENERATION");
    for (const auto& plugin : plugins)
        std::printf("%-16s %-12s %-10s %s\n", text_of(plugin, "id").c_str(), text_of(plugin, "state").c_str(),
                    text_of(plugin, "version").c_str(), text_of(plugin, "generation").c_str());
}

// What one does to a plugin by name, and what `list` and `status` show.
struct Options {
    std::string admin = "127.0.0.1:9090";
    std::string plugin;
};

Result<std::string> ask(const Options& options, std::string_view method, const std::string& path) {
    const auto token = admin_token_from_environment();
    if (!token) return token.error();
    return admin_request({options.admin, *token}, method, path);
}

int show(const Options& options, bool whole) {
    const auto body = ask(options, "GET", kPath);
    if (!body) {
        std::cerr << "tidegate: " << body.error().text << "\n";
        return 1;
    }
    const auto plugins = json::parse(*body, nullptr, false);
    if (!plugins.is_array()) {
        std::cerr << "tidegate: the admin port answered something else than a list of plugins\n";
        return 1;
    }
    if (whole)
        std::cout << plugins.dump(2) << "\n";
    else
        print_table(plugins);
    return 0;
}

int act(const Options& options, const std::string& what) {
    const auto body = ask(options, "POST", std::string(kPath) + "/" + options.plugin + "/" + what);
    if (!body) {
        std::cerr << "tidegate: " << what << " " << options.plugin << ": " << body.error().text << "\n";
        return 1;
    }
    const auto answer = json::parse(*body, nullptr, false);
    std::cout << (answer.is_object() ? text_of(answer, "message") : *body) << "\n";
    return 0;
}

}  // namespace

void add_plugins_command(CLI::App& app, int& exit_code) {
    auto* plugins = app.add_subcommand("plugins", "Shows and replaces the plugins of a running host");
    plugins->require_subcommand(1);
    const auto options = std::make_shared<Options>();
    const auto add = [&](const char* name, const char* help) {
        auto* command = plugins->add_subcommand(name, help);
        command->add_option("--admin", options->admin, "Address of the admin port")->capture_default_str();
        return command;
    };
    add("list", "One line per plugin")->callback([options, &exit_code] { exit_code = show(*options, false); });
    add("status", "Everything known of every plugin, as JSON")->callback([options, &exit_code] {
        exit_code = show(*options, true);
    });
    for (const auto& [name, help] : {std::pair{"reload", "Makes a new generation from the file in the plugin folder"},
                                     std::pair{"rollback", "Brings the generation before back"},
                                     std::pair{"enable", "Starts a plugin, whatever the configuration says"},
                                     std::pair{"disable", "Stops a plugin, whatever the configuration says"}}) {
        auto* command = add(name, help);
        command->add_option("name", options->plugin, "Id of the plugin")->required();
        command->callback([options, &exit_code, what = std::string(name)] { exit_code = act(*options, what); });
    }
}

}  // namespace tidegate::cli
