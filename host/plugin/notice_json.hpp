#pragma once

// Leases, presence and domain events as the JSON that tg.lease/1, tg.presence/1 and tg.bus/1 promise. Pure.
// [any-thread]

#include "plugin/port_value.hpp"
#include "ports/documents.hpp"
#include "ports/leases.hpp"
#include "ports/presence.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tidegate::plugin {

PortValue encode(const LeaseOutcome& outcome);
PortValue encode(const PresenceList& list);
inline PortValue encode(std::uint64_t count) { return {nullptr, count}; }
// {"<name>":[leases]}
std::string leases_json(std::string_view name, const std::vector<Lease>& leases);
// {"joined":[…],"left":[…]}
std::string changes_json(const std::vector<PresenceChange>& changes);
std::string event_json(const StoredEvent& event);

}  // namespace tidegate::plugin
