#pragma once

// Engine: what the hooks of all plugins share: threads, time, the pool of hooks, the watch over those that wait.
// Plugins come and go, their slots stay. Held by everybody who may still complete something. [any-thread]

#include "plugin/blocking_pool.hpp"
#include "plugin/hook.hpp"
#include "plugin/hook_watch.hpp"
#include "plugin/notices.hpp"
#include "plugin/participants.hpp"
#include "plugin/services.hpp"
#include "plugin/timer_service.hpp"
#include "plugin/worker_pool.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::plugin {

class Slot;

class Engine : public std::enable_shared_from_this<Engine> {
public:
    // `gather_ms`: how long new events wait for others, so that one turn reads them; 0: not at all.
    explicit Engine(const Services& shared, std::uint64_t gather_ms = 0);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // Without it nothing runs by itself: tests pump.
    void start(unsigned worker_count, unsigned blocking_threads);
    // Joins all threads. [control]
    void stop();
    // Lives as long as the engine. [control]
    Slot& add_slot(std::string id);
    // Null for an id that was never added. [any-thread]
    Slot* find_slot(std::string_view id) const;
    // body(slot). [any-thread]
    void each_slot(const std::function<void(Slot&)>& body) const;

    const Services services;
    const std::uint64_t events_gather_ms;
    Participants participants;
    HookPool hooks;
    HookWatch watch;
    WorkerPool workers;
    TimerService timers;
    BlockingPool blocking;

private:
    Guarded<std::vector<std::unique_ptr<Slot>>> slots_;

public:
    Notices notices;  // last: while it lives, the ports may call
};

}  // namespace tidegate::plugin
