#include "plugin/engine.hpp"

#include "plugin/slot.hpp"

#include <algorithm>
#include <utility>

namespace tidegate::plugin {

Engine::Engine(const Services& shared, std::uint64_t gather_ms)
    : services(shared),
      events_gather_ms(gather_ms),
      workers(participants),
      timers(shared.clock, [this](std::int64_t now_ns) { return watch.tick(now_ns); }),
      notices(*this) {}

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
    auto made = std::make_unique<Slot>(*this, std::move(id));
    return slots_.with([&](auto& slots) -> Slot& { return *slots.emplace_back(std::move(made)); });
}

Slot* Engine::find_slot(std::string_view id) const {
    return slots_.with([&](const auto& slots) -> Slot* {
        const auto found = std::find_if(slots.begin(), slots.end(), [&](const auto& slot) { return slot->id() == id; });
        return found == slots.end() ? nullptr : found->get();
    });
}

void Engine::each_slot(const std::function<void(Slot&)>& body) const {
    slots_.with([&](const auto& slots) {
        for (const auto& slot : slots) body(*slot);
    });
}

}  // namespace tidegate::plugin
