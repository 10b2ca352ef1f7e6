#pragma once

// World: the host's layers put together as the process does it, on one thread that steps them by hand: loops with
// switchboards, the plugin set with its engine, stores in memory, one clock. Which of several possible steps comes next
// is drawn from the seed.

#include "adapters/memory/memory_documents.hpp"
#include "adapters/memory/memory_key_values.hpp"
#include "adapters/memory/memory_leases.hpp"
#include "adapters/memory/memory_presence.hpp"
#include "adapters/memory/memory_streams.hpp"
#include "base/clock.hpp"
#include "client_end.hpp"
#include "late_documents.hpp"
#include "late_streams.hpp"
#include "manual_loop.hpp"
#include "plugin/engine.hpp"
#include "plugin/plugin_set.hpp"
#include "plugin/status_book.hpp"
#include "quiet_metrics.hpp"
#include "routing/loop_gateway.hpp"
#include "routing/switchboard.hpp"
#include "watched_leases.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace tidegate::kit {

// A folder of its own, gone with it.
class OwnFolder {
public:
    OwnFolder();
    ~OwnFolder();
    OwnFolder(const OwnFolder&) = delete;
    OwnFolder& operator=(const OwnFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// Knows the tokens it made.
class TokenBook final : public Authenticator {
public:
    std::string make(Principal principal);
    Result<Principal> authenticate(std::string_view token) const override;

private:
    std::map<std::string, Principal, std::less<>> principals_;
};

struct WorldOptions {
    std::uint64_t seed = 1;
    bool late_documents = false;
    unsigned loops = 1;
    std::int64_t wall_ms = 0;
};

class World {
public:
    static constexpr std::size_t kValueBytes = 64 * 1024 * 1024;

    explicit World(const WorldOptions& options);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // "" or why not.
    std::string bring_in(const std::filesystem::path& file, const std::string& config_json);
    std::string reload(const std::string& id, const std::filesystem::path& file);
    std::string disable(const std::string& id);

    // A connection's two ends; the session begins with the next step.
    std::shared_ptr<ClientEnd> open(const std::string& path, std::shared_ptr<const Principal> principal);
    // Asks a plugin; `answer` gets what it says. False with an answer of the host's own in it.
    void http(const std::string& method, const std::string& target, const Principal& principal, const std::string& body,
              const std::string& idempotency_key, std::function<void(routing::HttpAnswer)> answer);

    bool step();
    void settle();
    void advance_ms(std::int64_t ms);
    // Ends everything; "" or what did not.
    std::string stop();
    // Of the late stores, both.
    void hold(bool held);
    std::size_t waiting() const { return late_documents.answers.waiting() + late_streams.answers.waiting(); }

    ManualClock clock;
    QuietMetrics metrics;
    TokenBook tokens;
    MemoryDocuments documents;
    LateDocuments late_documents{documents};
    MemoryLeases leases{clock, 1};
    WatchedLeases watched_leases{leases, clock};
    MemoryPresence presence{clock};
    MemoryKeyValues values{clock, kValueBytes};
    MemoryStreams streams{clock};
    LateStreams late_streams{streams};
    plugin::StatusBook book{clock};

private:
    struct Seat {
        explicit Seat(const Clock& time) : loop(time) {}
        ManualLoop loop;
        std::unique_ptr<routing::Switchboard> board;
    };
    struct Connection {
        std::shared_ptr<ClientEnd> end;
        Seat* seat = nullptr;
    };

    bool try_source(std::size_t source);
    bool step_stores();
    std::int64_t hooks_in_flight() const;
    void let_retire();
    void publish(const Ref<routing::RouteTable>& routes);

    std::mt19937_64 random_;
    OwnFolder folder_;
    routing::SwitchboardSettings board_settings_;
    std::unique_ptr<routing::RoutingCommons> commons_;
    std::vector<std::unique_ptr<Seat>> seats_;
    std::unique_ptr<routing::LoopGateway> gateway_;
    std::shared_ptr<plugin::Engine> engine_;
    plugin::RegistrySettings settings_;
    plugin::PublishRoutes publish_routes_;
    std::unique_ptr<plugin::PluginSet> set_;
    std::vector<Connection> connections_;
    std::size_t opened_ = 0;
    std::uint64_t requests_ = 0;
    bool retiring_ = false;
    bool stopped_ = false;
};

}  // namespace tidegate::kit
