#include "runtime/runtime.hpp"

#include "adapters/auth/jwt_authenticator.hpp"
#include "adapters/memory/memory_documents.hpp"
#include "adapters/memory/memory_key_values.hpp"
#include "adapters/memory/memory_leases.hpp"
#include "adapters/memory/memory_presence.hpp"
#include "adapters/memory/memory_streams.hpp"
#include "adapters/prometheus/prometheus_metrics.hpp"
#include "adapters/sqlite/sqlite_documents.hpp"
#include "adapters/sqlite/sqlite_streams.hpp"
#include "base/log.hpp"
#include "net/listener.hpp"
#include "plugin/registry.hpp"
#include "routing/loop_gateway.hpp"
#include "runtime/admin_site.hpp"
#include "runtime/authentication.hpp"
#include "runtime/collector.hpp"
#include "runtime/data_folder.hpp"
#include "runtime/http_gate.hpp"
#include "runtime/loop_group.hpp"
#include "runtime/static_site.hpp"
#include "runtime/upgrade_gate.hpp"

#include <Poco/ThreadPool.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

namespace tidegate::runtime {

namespace {

constexpr int kHttpThreads = 8;
constexpr std::int64_t kDrainSpreadMs = 1000;

std::size_t loop_count(const config::Settings& settings) {
    return config::loop_count(settings, std::max(1U, std::thread::hardware_concurrency()));
}

routing::SwitchboardSettings switchboard_settings(const config::Settings& settings) {
    routing::SwitchboardSettings made;
    made.node = settings.node.id;
    made.message_bytes_max = settings.limits.message_bytes;
    made.outbox_bytes_max = settings.limits.outbox_bytes;
    made.heartbeat_ms = settings.heartbeat.interval_ms;
    made.messages_per_second = settings.limits.messages_per_second;
    made.message_burst = settings.limits.message_burst;
    made.errors_before_close = settings.limits.errors_per_10s;
    made.connections_per_user = settings.limits.connections_per_user;
    made.connections_per_address = settings.limits.connections_per_address;
    return made;
}

plugin::RegistrySettings registry_settings(const config::Settings& settings) {
    plugin::RegistrySettings made;
    made.dir = settings.plugins.dir;
    made.run_dir = settings.data.dir / "plugins";
    made.data_dir = settings.data.dir;
    made.auto_enable = settings.plugins.auto_enable;
    made.watch = settings.plugins.watch;
    made.workers = config::worker_count(settings, std::max(1U, std::thread::hardware_concurrency()));
    made.debounce_ms = static_cast<std::uint32_t>(settings.plugins.debounce_ms);
    for (const auto& [id, feature] : settings.features)
        made.features[id] = {feature.enabled, feature.config, static_cast<std::uint32_t>(feature.reload.drain_ms)};
    return made;
}

Result<std::string> read_admin_token(const std::filesystem::path& file) {
    if (file.empty()) return std::string();
    std::ifstream in(file);
    std::string token(std::istreambuf_iterator<char>(in), {});
    while (!token.empty() && std::isspace(static_cast<unsigned char>(token.back()))) token.pop_back();
    if (!in || token.empty()) return fail(Errc::kIo, "read the admin token '" + file.string() + "': no token there");
    return token;
}

Result<std::unique_ptr<Documents>> open_documents(const config::Settings& settings, const Clock& clock) {
    if (settings.documents.store == "memory")
        return std::unique_ptr<Documents>(std::make_unique<MemoryDocuments>(clock));
    auto opened = SqliteDocuments::open(settings.data.dir / "documents.db", clock);
    if (!opened) return opened.error();
    return std::unique_ptr<Documents>(std::move(*opened));
}

// Where documents are: what is durable is durable together.
Result<std::unique_ptr<Streams>> open_streams(const config::Settings& settings, const Clock& clock) {
    constexpr std::int64_t kPageBytes = 4096;
    const auto max_bytes = settings.streams.max_bytes;
    if (settings.documents.store == "memory")
        return std::unique_ptr<Streams>(std::make_unique<MemoryStreams>(clock, max_bytes));
    SqliteStreamsOptions options;
    options.max_pages = static_cast<std::int64_t>(max_bytes) / kPageBytes;
    auto opened = SqliteStreams::open(settings.data.dir / "streams.db", clock, options);
    if (!opened) return opened.error();
    return std::unique_ptr<Streams>(std::move(*opened));
}

}  // namespace

// Members are destroyed from the last to the first: whatever is used by others stands above them.
class Runtime::Parts {
public:
    Parts(const config::Settings& from, std::unique_ptr<const Clock> time, DataFolder folder,
          std::unique_ptr<Documents> store, std::unique_ptr<Streams> entries)
        : settings(from),
          clock_owner(std::move(time)),
          data_folder(std::move(folder)),
          documents(std::move(store)),
          streams(std::move(entries)),
          authenticator(jwt_settings(settings), clock),
          loops(loop_count(settings), clock),
          admin_loop(1, clock),
          board_settings(switchboard_settings(settings)),
          commons(loops.size(), metrics, board_settings) {
        upgrade_settings.query_token = settings.auth.query_token;
        upgrade_settings.conformance_endpoint = settings.listen.conformance;
        upgrade_settings.allowed_origins = settings.listen.allowed_origins;
        std::vector<routing::Switchboard*> pointers;
        for (std::size_t index = 0; index < loops.size(); ++index) {
            auto& loop = loops.loop(index);
            boards.push_back(std::make_unique<routing::Switchboard>(static_cast<std::uint32_t>(index), loop, clock,
                                                                    authenticator, commons, board_settings));
            pointers.push_back(boards.back().get());
            upgrade_gates.push_back(
                std::make_unique<UpgradeGate>(*boards.back(), authenticator, upgrade_settings, draining, metrics));
            http_gates.push_back(std::make_unique<HttpGate>(
                *boards.back(), authenticator, clock,
                HttpRate{settings.limits.messages_per_second, settings.limits.message_burst}, metrics));
            collect_loop(loop, metrics);
        }
        gateway = std::make_unique<routing::LoopGateway>(std::move(pointers), commons);
        registry = std::make_unique<plugin::Registry>(
            registry_settings(settings),
            plugin::Services{*gateway, *documents, leases, presence, values, *streams, metrics, clock},
            [this](Ref<routing::RouteTable> routes) { publish(routes); });
    }

    void publish(const Ref<routing::RouteTable>& routes) {
        loops.on_each_and_wait([&](std::size_t index) { boards[index]->set_routes(routes); });
    }

    Result<void> open_listeners(const std::string& admin_token);
    std::size_t sessions() {
        std::atomic<std::size_t> count{0};
        loops.on_each_and_wait([&](std::size_t index) { count += boards[index]->session_count(); });
        return count;
    }

    const config::Settings settings;
    const std::unique_ptr<const Clock> clock_owner;
    const Clock& clock = *clock_owner;
    DataFolder data_folder;
    PrometheusMetrics metrics;
    std::unique_ptr<Documents> documents;
    std::unique_ptr<Streams> streams;
    MemoryKeyValues values{clock, settings.values.max_bytes};
    MemoryLeases leases{clock, documents->boot()};
    MemoryPresence presence{clock};
    JwtAuthenticator authenticator;
    std::atomic<bool> draining{false};
    std::atomic<bool> ready{false};
    Poco::ThreadPool http_pool{"http", 1, kHttpThreads};
    LoopGroup loops;
    LoopGroup admin_loop;
    routing::SwitchboardSettings board_settings;
    routing::RoutingCommons commons;
    UpgradeSettings upgrade_settings;
    std::vector<std::unique_ptr<routing::Switchboard>> boards;
    std::vector<std::unique_ptr<UpgradeGate>> upgrade_gates;
    std::vector<std::unique_ptr<HttpGate>> http_gates;
    std::unique_ptr<routing::LoopGateway> gateway;
    std::unique_ptr<plugin::Registry> registry;
    std::unique_ptr<net::Listener> public_listener;
    std::unique_ptr<net::Listener> admin_listener;
};

Result<void> Runtime::Parts::open_listeners(const std::string& admin_token) {
    std::vector<net::Seat> seats;
    const auto site = static_site(settings.web.dir);
    for (std::size_t index = 0; index < loops.size(); ++index)
        seats.push_back({&loops.loop(index), {upgrade_gates[index].get(), http_gates[index].get(), site, &http_pool}});
    net::ServerOptions options;
    options.max_connections = (settings.listen.max_connections + loops.size() - 1) / loops.size();
    auto opened = net::Listener::open(settings.listen.address, std::move(seats), options);
    if (!opened) return opened.error();
    public_listener = std::move(*opened);

    AdminActions actions;
    actions.ready = [this] { return ready.load() && !draining.load(); };
    actions.metrics = [this] { return metrics.text(); };
    actions.status_json = [this] { return registry->status_json(); };
    actions.plugin = [this](std::string_view act, std::string_view id) -> Result<std::string> {
        if (act == "reload") return registry->reload(id);
        if (act == "rollback") return registry->rollback(id);
        if (act == "enable") return registry->enable(id);
        if (act == "disable") return registry->disable(id);
        return fail(Errc::kNotFound, "plugins know reload, rollback, enable, disable");
    };
    std::vector<net::Seat> admin_seats;
    admin_seats.push_back(
        {&admin_loop.loop(0), {nullptr, nullptr, admin_site(std::move(actions), admin_token), &http_pool}});
    net::ServerOptions admin_options;
    admin_options.answer_deadline_ms = 120'000;  // a reload waits for the drain before it
    auto admin_opened = net::Listener::open(settings.admin.address, std::move(admin_seats), admin_options);
    if (!admin_opened) return admin_opened.error();
    admin_listener = std::move(*admin_opened);
    return {};
}

Runtime::Runtime(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Runtime::~Runtime() = default;

Result<std::unique_ptr<Runtime>> Runtime::open(const config::Settings& settings) {
    auto folder = DataFolder::open(settings.data.dir);
    if (!folder) return folder.error();
    auto token = read_admin_token(settings.admin.token_file);
    if (!token) return token.error();
    std::unique_ptr<const Clock> clock = std::make_unique<SystemClock>();
    auto documents = open_documents(settings, *clock);
    if (!documents) return documents.error();
    auto streams = open_streams(settings, *clock);
    if (!streams) return streams.error();
    auto parts = std::make_unique<Parts>(settings, std::move(clock), *std::move(folder), std::move(*documents),
                                         std::move(*streams));
    if (auto opened = parts->open_listeners(*token); !opened) return opened.error();
    return std::unique_ptr<Runtime>(new Runtime(std::move(parts)));
}

Result<void> Runtime::start() {
    parts_->loops.start();
    parts_->admin_loop.start();
    if (auto started = parts_->registry->start(); !started) return started.error();
    parts_->public_listener->start();
    parts_->admin_listener->start();
    parts_->ready = true;
    spdlog::info("serving on {}, admin on {}", parts_->public_listener->address(), parts_->admin_listener->address());
    return {};
}

std::string Runtime::ready_line() const {
    return nlohmann::json{{"listen", parts_->public_listener->address()}, {"admin", parts_->admin_listener->address()}}
        .dump();
}

bool Runtime::stop() {
    auto& parts = *parts_;
    const auto deadline = parts.clock.monotonic_ms() + parts.settings.drain.deadline_ms;
    const auto wait_until = [&](const auto& condition) {
        while (!condition()) {
            if (parts.clock.monotonic_ms() >= deadline) return false;
            // Polled once in a process's life: sessions and connections end on loops that have no one to tell.
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return true;
    };
    parts.draining = true;
    parts.public_listener->stop_accepting();
    parts.loops.on_each_and_wait([&](std::size_t index) { parts.boards[index]->drain(kDrainSpreadMs); });
    bool clean = wait_until([&] { return parts.sessions() == 0; });
    parts.registry->stop(std::max<std::int64_t>(0, deadline - parts.clock.monotonic_ms()));
    parts.admin_listener->stop_accepting();
    parts.public_listener->close_all();
    parts.admin_listener->close_all();
    clean = wait_until([&] {
                return parts.public_listener->open_connections() == 0 && parts.admin_listener->open_connections() == 0;
            }) &&
            clean;
    parts.http_pool.joinAll();
    parts.loops.stop_and_join();
    parts.admin_loop.stop_and_join();
    return clean;
}

}  // namespace tidegate::runtime
