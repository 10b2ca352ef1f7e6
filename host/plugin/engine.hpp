#pragma once

// Engine: what the hooks of all plugins share: threads, time, the pool of hooks, the watch over those that wait.
// Plugins come and go, their slots stay. Held by everybody who may still complete something. [any-thread]

#include "plugin/blocking_pool.hpp"
#include "plugin/hook.hpp"
#include "plugin/hook_watch.hpp"
#include "plugin/participants.hpp"
#include "plugin/services.hpp"
#include "plugin/timer_service.hpp"
#include "plugin/worker_pool.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tidegate::plugin {

class Slot;

class Engine : public std::enable_shared_from_this<Engine> {
public:
    explicit Engine(const Services& shared);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // Without it nothing runs by itself: tests pump.
    void start(unsigned worker_count, unsigned blocking_threads);
    // Joins all threads. [control]
    void stop();
    // Lives as long as the engine. [control]
    Slot& add_slot(std::string id);

    const Services services;
    Participants participants;
    HookPool hooks;
    HookWatch watch;
    WorkerPool workers;
    TimerService timers;
    BlockingPool blocking;

private:
    std::vector<std::unique_ptr<Slot>> slots_;
};

}  // namespace tidegate::plugin
