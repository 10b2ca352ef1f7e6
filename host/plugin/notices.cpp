#include "plugin/notices.hpp"

#include "plugin/engine.hpp"
#include "plugin/notice_json.hpp"
#include "plugin/slot.hpp"

namespace tidegate::plugin {

namespace {

using routing::InvocationKind;

void tell(const Engine& engine, const std::string& owner, InvocationKind kind, const std::string& tenant,
          const std::string& key, const std::string& payload) {
    if (Slot* slot = engine.find_slot(owner)) slot->notify(kind, tenant, key, Buffer::copy_of(payload));
}

}  // namespace

Notices::Notices(Engine& engine) : engine_(engine), relay_(std::make_shared<Relay>(&engine)) {
    engine.services.leases.on_expired([relay = relay_](ExpiredLeases ended) {
        relay->with([&](const Engine* alive) {
            if (alive)
                tell(*alive, ended.owner, InvocationKind::kLease, ended.space.tenant, ended.space.space,
                     leases_json("expired", ended.leases));
        });
    });
    engine.services.presence.on_changes([relay = relay_](PresenceBatch batch) {
        relay->with([&](const Engine* alive) {
            if (alive)
                tell(*alive, batch.owner, InvocationKind::kPresence, batch.channel.tenant, batch.channel.channel,
                     changes_json(batch.changes));
        });
    });
    engine.services.documents.on_events([relay = relay_] {
        relay->with([](const Engine* alive) {
            if (alive) alive->each_slot([](Slot& slot) { slot.events().wake(); });
        });
    });
}

Notices::~Notices() {
    relay_->with([](Engine*& engine) { engine = nullptr; });
}

void Notices::sweep_soon() {
    if (armed_.exchange(true)) return;
    engine_.timers.run_after_ms(kSweepMs, [this] { sweep(); });
}

void Notices::sweep() {
    // First: what comes while this looks asks for a sweep of its own.
    armed_ = false;
    const bool leases = engine_.services.leases.sweep();
    const bool presence = engine_.services.presence.sweep();
    if (leases || presence) sweep_soon();
}

void Notices::sweep_values_soon() {
    if (values_armed_.exchange(true)) return;
    engine_.timers.run_after_ms(kSweepValuesMs, [this] { sweep_values(); });
}

void Notices::sweep_values() {
    values_armed_ = false;
    if (engine_.services.values.sweep()) sweep_values_soon();
}

}  // namespace tidegate::plugin
