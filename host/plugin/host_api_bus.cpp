#include "plugin/notice_json.hpp"
#include "plugin/port_call.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tidegate::plugin {

namespace {

constexpr std::uint32_t kLimit = 1000;
using Events = std::vector<StoredEvent>;

// What a page of the stream is to this reader. It may be read after the hook and its generation are gone.
struct Reader {
    std::string tenant;
    std::vector<EventWish> wishes;
    std::uint64_t after;
    std::uint32_t limit;

    bool wants(const StoredEvent& event) const {
        return event.key.tenant == tenant && std::any_of(wishes.begin(), wishes.end(), [&](const EventWish& wish) {
                   return wish.matches(event.name);
               });
    }
    PortValue encode(const Events& page) const {
        std::string text = R"({"events":[)";
        auto looked_to = after;
        std::uint32_t found = 0;
        for (const auto& event : page) {
            if (found == limit) break;
            looked_to = event.sequence;
            if (!wants(event)) continue;
            if (found++ > 0) text += ',';
            text += event_json(event);
        }
        return {Buffer::copy_of(text + "]}"), looked_to};
    }
};

tg_rc read(const tg_host* host, tg_hook* handle, std::uint64_t after_sequence, std::uint32_t limit, tg_result* now,
           tg_done done) {
    Hook* hook = hook_on_strand(host, handle);
    if (!hook) return TG_E_INVALID;
    if (limit == 0 || limit > kLimit) return fail_now(hook, now, TG_E_INVALID, "limit must be 1 to 1000");
    const auto reader = std::make_shared<const Reader>(
        Reader{std::string(hook->call.tenant_name()), hook->generation->manifest().events, after_sequence, limit});
    return ask_port<Events>(
        host, handle, now, done,
        [&](const Hook& asking, const PendingOpRef&, Done<Events> answered) {
            return asking.slot->engine().services.documents.read_events(after_sequence, kLimit, std::move(answered));
        },
        [reader](const Events& page) { return reader->encode(page); });
}

tg_rc emit(const tg_host* host, tg_hook* handle, const tg_emission* emission, tg_result* now, tg_done done) {
    if (!TG_HAS(emission, tg_emission, idempotency_key)) return TG_E_INVALID;
    auto& emitted = generation_of(host).slot().metrics().events_emitted;
    return ask_port<std::uint64_t>(
        host, handle, now, done,
        [&](const Hook& hook, const PendingOpRef&, Done<std::uint64_t> answered) {
            LooseEvent event;
            event.about = {std::string(hook.call.tenant_name()), owned(emission->doc_type), owned(emission->doc_id)};
            event.event = {owned(emission->name), owned(emission->data)};
            event.actor = owned(emission->actor);
            event.source = hook.slot->id();
            event.idempotency_key = owned(emission->idempotency_key);
            return hook.slot->engine().services.documents.append_event(std::move(event), std::move(answered));
        },
        [&emitted](std::uint64_t sequence) {
            emitted.add();
            return encode(sequence);
        });
}

constexpr tg_ext_bus kExtension{sizeof(tg_ext_bus), &read, &emit};

}  // namespace

const tg_ext_bus* bus_extension() { return &kExtension; }

}  // namespace tidegate::plugin
