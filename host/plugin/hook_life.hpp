#pragma once

// The life of a hook on its strand: it starts, waits, is stopped, ends. Everything here runs inside a turn of the
// hook's strand (or of the loop, for an inline one) and calls plugin code through the wall. [strand]

#include "plugin/hook.hpp"
#include "plugin/pending_op.hpp"

#include <cstdint>
#include <string_view>

namespace tidegate::plugin {

// Calls the plugin. A hook without a generation is answered `unavailable`.
void start_hook(Hook& hook);
// The plugin says that it ended, after TG_PENDING.
void end_hook(Hook& hook, tg_rc rc, std::string_view why);
// Hands a claimed op's outcome to the plugin.
void deliver(PendingOp& op);
// Deadlines, and the cancelling of its generation.
void check_hook(Hook& hook, std::int64_t now_ns);
// Registers an op that the hook now waits for.
void await(Hook& hook, const PendingOpRef& op);

}  // namespace tidegate::plugin
