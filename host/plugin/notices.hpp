#pragma once

// Notices: what happens to plugins' leases, presence and event streams by itself, brought to the plugin it concerns;
// and the sweeper that looks for it, and for values that have ended, while there is something to look for. [any-thread]

#include "base/guarded.hpp"
#include "ports/leases.hpp"
#include "ports/presence.hpp"

#include <atomic>
#include <cstdint>
#include <memory>

namespace tidegate::plugin {

class Engine;

class Notices {
public:
    static constexpr std::uint64_t kSweepMs = 50;
    static constexpr std::uint64_t kSweepValuesMs = 1000;  // they are void from their end on, swept or not

    explicit Notices(Engine& engine);
    ~Notices();
    Notices(const Notices&) = delete;
    Notices& operator=(const Notices&) = delete;

    // There may be something to sweep from now on.
    void sweep_soon();
    void sweep_values_soon();

private:
    // The ports outlive the engine, and keep what they were told to call.
    using Relay = Guarded<Engine*>;
    void sweep();
    void sweep_values();

    Engine& engine_;
    const std::shared_ptr<Relay> relay_;
    std::atomic<bool> armed_{false};
    std::atomic<bool> values_armed_{false};
};

}  // namespace tidegate::plugin
