#pragma once

// Registry: the life cycle of every plugin: finds them, loads, replaces, brings back, enables, disables and ends them.
// One control thread does one thing at a time; callers wait for the outcome. Not the way of a message: that is Slot's.

#include "base/ref.hpp"
#include "base/result.hpp"
#include "plugin/services.hpp"
#include "routing/route_table.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace tidegate::plugin {

struct FeatureSettings {
    bool enabled = true;
    std::string config_json = "{}";
    std::uint32_t drain_ms = 5000;  // then what still waits is cancelled
};

struct RegistrySettings {
    std::filesystem::path dir;       // where plugins are dropped; nothing is loaded from there
    std::filesystem::path run_dir;   // for private copies; emptied at start
    std::filesystem::path data_dir;  // for overrides
    bool auto_enable = false;        // start what the configuration does not name
    bool watch = false;
    unsigned workers = 2;
    std::uint32_t debounce_ms = 250;
    std::uint32_t events_gather_ms = 5;  // how long a new domain event waits for others, to be read with them
    std::map<std::string, FeatureSettings> features;
};

// Returns when every loop has the table. [control]
using PublishRoutes = std::function<void(Ref<routing::RouteTable>)>;

class Registry {
public:
    Registry(RegistrySettings settings, Services services, PublishRoutes publish_routes);
    ~Registry();

    // Loads and starts what is enabled. What is wrong with one plugin is its status, not a failure. [startup]
    Result<void> start();

    // Each blocks until it happened or is refused, and returns a sentence for people. [any-thread]
    Result<std::string> reload(std::string_view id);
    Result<std::string> rollback(std::string_view id);
    Result<std::string> enable(std::string_view id);
    Result<std::string> disable(std::string_view id);

    // [{id,state,version,generation,serving_since,missing_on_disk,override,reasons[],generations[]}] [any-thread]
    std::string status_json() const;

    // Ends every plugin within the deadline; what does not end is abandoned. Once. [control]
    void stop(std::int64_t deadline_ms);

private:
    class Control;
    std::unique_ptr<Control> control_;
};

}  // namespace tidegate::plugin
