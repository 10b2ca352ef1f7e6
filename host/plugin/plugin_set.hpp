#pragma once

// PluginSet: every plugin id that was ever seen, which generation of it serves, which is on its way out, and the rules
// by which one follows another. Only the control thread touches it. [control]

#include "plugin/candidate.hpp"
#include "plugin/engine.hpp"
#include "plugin/overrides.hpp"
#include "plugin/registry.hpp"
#include "plugin/retirement.hpp"
#include "plugin/status_book.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::plugin {

class PluginSet {
public:
    PluginSet(const RegistrySettings& settings, Engine& engine, StatusBook& book, const PublishRoutes& publish_routes);

    Result<void> open();
    // Looks at the folder: starts what is new and enabled, replaces what has new bytes.
    void scan();
    Result<std::string> reload(const std::string& id);
    Result<std::string> rollback(const std::string& id);
    Result<std::string> enable(const std::string& id);
    Result<std::string> disable(const std::string& id);

    // One step of every generation on its way out; true while there are any.
    bool step();
    void stop(std::int64_t deadline_ms);

private:
    // An image that may be brought back.
    struct KeptImage {
        std::filesystem::path path;
        std::uint64_t generation = 0;
    };
    struct Member {
        std::string id;
        Slot* slot = nullptr;
        std::optional<Manifest> manifest;  // of the file last verified, or of what serves
        std::unique_ptr<Generation> serving;
        std::unique_ptr<Retirement> retiring;
        std::vector<std::unique_ptr<Generation>> zombies;
        std::optional<KeptImage> kept;
        std::string seen_hash;  // of the bytes last decided on
        bool waits_for_another = false;
        std::shared_ptr<std::atomic<int>> mapped = std::make_shared<std::atomic<int>>(0);
    };
    struct Found {
        std::string id;
        std::filesystem::path file;
    };

    Member& member(const std::string& id);
    std::int64_t now_ns() const { return engine_.services.clock.monotonic_ns(); }
    const FeatureSettings& settings_of(const std::string& id) const;
    bool configured_enabled(const std::string& id) const;
    bool is_enabled(const std::string& id) const;
    std::filesystem::path file_of(const std::string& id) const { return settings_.dir / (id + ".so"); }

    // plugin_set.cpp: the folder and the wishes.
    std::vector<Found> list_files();
    void consider(Member& plugin, const std::filesystem::path& file, std::vector<std::string>& to_start);
    void start_in_order(std::vector<std::string> ids);
    Result<Candidate> read_candidate(const std::string& id);
    Error refuse(Member& plugin, const Error& why);

    // plugin_swap.cpp: one generation follows another.
    Result<std::string> bring_in(Member& plugin, const Candidate& candidate);
    std::optional<Error> why_not(const Member& plugin, const Manifest& next) const;
    Result<Ref<routing::RouteTable>> routes_with(const Member* changed, const Manifest* manifest) const;
    Result<void> declare_documents(const Manifest& manifest);
    std::int64_t switch_to(Member& plugin, std::unique_ptr<Generation> next, Ref<routing::RouteTable> routes);
    void retire(Member& plugin, std::unique_ptr<Generation> old, std::int64_t drain_ms);
    void end_retirement(Member& plugin, Retirement::Phase phase);
    void keep_image(Member& plugin, const Generation& generation);
    void wait_until_retired(Member& plugin);
    Result<std::string> serve_again(Member& plugin);

    const RegistrySettings& settings_;
    Engine& engine_;
    StatusBook& book_;
    const PublishRoutes& publish_routes_;
    PrivateCopies copies_;
    Preparation preparation_;
    Overrides overrides_;
    std::uint64_t last_generation_ = 0;
    std::map<std::string, Member> members_;
    std::vector<std::string> start_order_;
};

}  // namespace tidegate::plugin
