#pragma once

// Turns an invocation into the C struct of its kind and calls the plugin. What the struct points to lives in the hook.
// [strand]

#include "plugin/hook.hpp"
#include "plugin/wall.hpp"

namespace tidegate::plugin {

// TG_E_UNAVAILABLE, or TG_OK where absence means acceptance, when the plugin does not have the hook.
Walled call_plugin(Hook& hook);

// By on_events, any number in one hook.
bool takes_events_together(const tg_plugin& plugin);

// The same for everybody of one tenant.
std::uint64_t tenant_scope(std::string_view tenant);

}  // namespace tidegate::plugin
