#include "plugin/engine.hpp"

#include "plugin/slot.hpp"

#include <utility>

namespace tidegate::plugin {

Engine::Engine(const Services& shared)
    : services(shared),
      workers(participants),
      timers(shared.clock, [this](std::int64_t now_ns) { return watch.tick(now_ns); }) {}

Engine::~Engine() { stop(); }

void Engine::start(unsigned worker_count, unsigned blocking_threads) {
    workers.start(worker_count);
    blocking.start(blocking_threads);
    timers.start();
}

void Engine::stop() {
    timers.stop();
    blocking.stop();
    workers.stop();
}

Slot& Engine::add_slot(std::string id) {
    slots_.push_back(std::make_unique<Slot>(*this, std::move(id)));
    return *slots_.back();
}

}  // namespace tidegate::plugin
