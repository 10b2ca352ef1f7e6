#include "cli/serve_command.hpp"

#include "base/log.hpp"
#include "config/loader.hpp"
#include "runtime/runtime.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <string>

namespace tidegate::cli {

namespace {

constexpr unsigned kLastResortSeconds = 15;

struct Options {
    std::string config = "config/tidegate.yaml";
    std::string listen, admin, data, plugins;
};

Result<config::Settings> load(const Options& options) {
    config::Sources sources;
    sources.file = options.config;
    sources.environment = config::process_environment();
    const auto override_with = [&](const char* key, const std::string& value) {
        if (!value.empty()) sources.arguments.emplace_back(key, value);
    };
    override_with("listen.address", options.listen);
    override_with("admin.address", options.admin);
    override_with("data.dir", options.data);
    override_with("plugins.dir", options.plugins);
    return config::load(sources);
}

int refuse(const Error& error) {
    std::cerr << "tidegate: " << error.text << "\n";
    return 1;
}

// Blocked in every thread, so that only the wait below takes them.
sigset_t block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);
    return signals;
}

// Every connection is a file descriptor; the soft limit is often 1,024.
void raise_file_limit(const config::Settings& settings) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    constexpr rlim_t kOwn = 100;  // files, libraries, the admin port
    if (limit.rlim_cur < settings.listen.max_connections + kOwn)
        spdlog::warn("listen.max_connections is {}, and this process may have {} files open",
                     settings.listen.max_connections, limit.rlim_cur);
}

int serve(const Options& options) {
    const auto settings = load(options);
    if (!settings) return refuse(settings.error());
    configure_log(settings->log.level);
    raise_file_limit(*settings);
    umask(0077);
    const auto signals = block_stop_signals();
    auto runtime = runtime::Runtime::open(*settings);
    if (!runtime) return refuse(runtime.error());
    if (auto started = (*runtime)->start(); !started) return refuse(started.error());
    std::cout << (*runtime)->ready_line() << std::endl;

    int received = 0;
    sigwait(&signals, &received);
    spdlog::info("stopping");
    // A second signal ends the process at once.
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    // The last resort: a hook that never returns would be waited for, for ever.
    alarm(static_cast<unsigned>(settings->drain.deadline_ms / 1000) + kLastResortSeconds);
    const bool clean = (*runtime)->stop();
    if (!clean) spdlog::warn("stopped at the deadline; not everything had ended");
    return 0;
}

int check(const Options& options) {
    const auto settings = load(options);
    if (!settings) return refuse(settings.error());
    std::cout << options.config << " is right\n";
    return 0;
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
    auto* command =
        app.add_subcommand("serve", "Serves until SIGTERM or SIGINT; prints one JSON line when it is ready");
    const auto options = std::make_shared<Options>();
    command->add_option("--config", options->config, "YAML file")->capture_default_str();
    command->add_option("--listen", options->listen, "Public address, instead of listen.address");
    command->add_option("--admin", options->admin, "Admin address, instead of admin.address");
    command->add_option("--data", options->data, "Data folder, instead of data.dir");
    command->add_option("--plugins", options->plugins, "Plugin folder, instead of plugins.dir");
    command->callback([options, &exit_code] { exit_code = serve(*options); });
}

void add_check_config_command(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("check-config", "Tells everything that is wrong with a configuration");
    const auto options = std::make_shared<Options>();
    command->add_option("--config", options->config, "YAML file")->capture_default_str();
    command->callback([options, &exit_code] { exit_code = check(*options); });
}

}  // namespace tidegate::cli
