#pragma once

// The peer's side of a hook's end: the coded error, the HTTP status, the outcome of an open or a subscription. A peer
// is answered once. [strand]

#include "plugin/hook.hpp"

#include <string_view>

namespace tidegate::plugin {

// Once; later calls do nothing.
void answer_end(Hook& hook, tg_rc rc, std::string_view why);

}  // namespace tidegate::plugin
