#include "adapters/documents/event_rules.hpp"

#include "adapters/documents/document_text.hpp"
#include "adapters/documents/json_tree.hpp"
#include "adapters/documents/limits.hpp"

namespace tidegate {
namespace {

Error refuse(const LooseEvent& loose, const std::string& why) {
    return fail(Errc::kInvalid, "event '" + loose.event.name + "': " + why);
}

}  // namespace

Result<void> prepare_event(DomainEvent& event) {
    if (auto named = check_name("event name", event.name); !named) return named;
    if (event.data.size() > document_limits::kEventBytes) {
        return fail(Errc::kTooLarge, "event '" + event.name + "' is larger than 64 KiB");
    }
    if (JsonTree::is_dumped(event.data)) return {};
    auto data = JsonTree::parse(event.data);
    if (!data) return fail(Errc::kInvalid, "the data of event '" + event.name + "' is " + data.error().text);
    event.data = data->dump();
    return {};
}

Result<void> prepare_event(LooseEvent& loose) {
    const auto& [tenant, type, id] = loose.about;
    if (auto prepared = prepare_event(loose.event); !prepared) return prepared;
    if (!loose.event.data.starts_with('{')) return refuse(loose, "its data is no object");
    if (auto named = check_name("tenant", tenant); !named) return named;
    if (auto named = check_name("source of events", loose.source); !named) return named;
    if (type.empty() != id.empty()) return refuse(loose, "a document has a type and an id");
    if (!type.empty()) {
        if (auto checked = check_key(loose.about); !checked) return checked;
    }
    if (!is_plain_text(loose.actor, document_limits::kNameBytes)) return refuse(loose, "the actor's name");
    if (!is_plain_text(loose.idempotency_key, document_limits::kNameBytes)) {
        return refuse(loose, "the idempotency key must be at most 128 bytes of plain text");
    }
    return {};
}

std::string reply_scope(const LooseEvent& loose) {
    const auto& [tenant, type, id] = loose.about;
    // Names hold no control characters.
    return tenant + '\n' + loose.source + '\n' + type + '\n' + id + '\n' + loose.event.name;
}

std::size_t bytes_of(const LooseEvent& loose) {
    return sizeof(LooseEvent) + loose.event.name.size() + loose.event.data.size() + loose.actor.size() +
           loose.idempotency_key.size() + reply_scope(loose).size();
}

}  // namespace tidegate
