#pragma once

// Notices: what happens to plugins' leases, presence and event streams by itself, brought to the plugin it concerns;
// and the sweeper that looks for it while there is something to look for. [any-thread]

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

    explicit Notices(Engine& engine);
    ~Notices();
    Notices(const Notices&) = delete;
    Notices& operator=(const Notices&) = delete;

    // There may be something to sweep from now on.
    void sweep_soon();

private:
    // The ports outlive the engine, and keep what they were told to call.
    using Relay = Guarded<Engine*>;
    void sweep();

    Engine& engine_;
    const std::shared_ptr<Relay> relay_;
    std::atomic<bool> armed_{false};
};

}  // namespace tidegate::plugin
