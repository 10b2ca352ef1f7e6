#pragma once

// Slot: where everything for one plugin id goes, for the whole life of the host. Which generation serves is one atomic
// pointer; publishing a new one is one store, and each strand follows when it is idle. Not the life cycle: that is the
// registry's. [any-thread]

#include "plugin/engine.hpp"
#include "plugin/event_pump.hpp"
#include "plugin/own_metrics.hpp"
#include "plugin/plugin_metrics.hpp"
#include "plugin/strand_table.hpp"
#include "routing/invocation.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidegate::plugin {

class Generation;

class Slot final : public routing::PluginPort {
public:
    Slot(Engine& engine, std::string id);

    std::string_view id() const override { return id_; }
    routing::Dispatched dispatch(routing::Invocation&& call) override;

    // Inside a turn, or for a look only.
    Generation* current() const { return current_.load(std::memory_order_seq_cst); }
    // [control] Null: nothing serves.
    void publish(Generation* generation);

    // A task of the plugin's own; tenant may be empty.
    routing::Dispatched post_task(std::string tenant, std::string key, std::string_view name, std::string_view payload);

    // Of its leases and presence. What finds nobody serving is lost, and counted.
    void notify(routing::InvocationKind kind, const std::string& tenant, const std::string& key,
                const BufferRef& payload);

    Engine& engine() const { return engine_; }
    StrandTable& strands() { return strands_; }
    PluginMetrics& metrics() { return metrics_; }
    OwnMetrics& own_metrics() { return own_metrics_; }
    EventPump& events() { return events_; }

private:
    routing::Dispatched queue(Hook& hook, bool bounded);
    routing::Dispatched run_inline(Hook& hook);
    Hook* make_hook(routing::Invocation& call);

    Engine& engine_;
    const std::string id_;
    std::atomic<Generation*> current_{nullptr};
    std::atomic<std::uint64_t> unkeyed_{0};  // for requests that ask for a key of their own
    StrandTable strands_;
    PluginMetrics metrics_;
    OwnMetrics own_metrics_;
    EventPump events_;
};

}  // namespace tidegate::plugin
