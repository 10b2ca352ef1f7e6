#pragma once

// ask_port: a hook's call of one of the ports, whose answer comes now or completes an op of the hook. Private to the
// extensions. [strand]

#include "plugin/abi_text.hpp"
#include "plugin/coded_end.hpp"
#include "plugin/hook_life.hpp"
#include "plugin/host_api.hpp"
#include "plugin/port_value.hpp"
#include "plugin/slot.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace tidegate::plugin {

inline std::string owned(tg_str text) { return std::string(from_c(text)); }

// Both sides of the ABI may be of different age: an array has the stride of who made it.
template <class Item>
const Item& item_at(const Item* items, std::uint32_t stride, std::uint32_t index) {
    return *reinterpret_cast<const Item*>(reinterpret_cast<const char*>(items) + std::size_t{stride} * index);
}

template <class T, class Encode>
PortValue encode_outcome(const Result<T>& outcome, const Encode& encode) {
    if constexpr (std::is_void_v<T>)
        return encode();
    else
        return encode(*outcome);
}

// begin(hook, op, done) asks the port; encode(value) → PortValue.
template <class T, class Begin, class Encode>
tg_rc ask_port(const tg_host* host, tg_hook* handle, tg_result* now, tg_done done, Begin&& begin, Encode encode) {
    constexpr std::int64_t kDeadlineNs = 2'000'000'000;
    Hook* hook = hook_on_strand(host, handle);
    if (!hook) return TG_E_INVALID;
    if (const auto rc = may_wait(*hook); rc != TG_OK) return fail_now(hook, now, rc, "this hook may not wait");
    auto& engine = hook->slot->engine();
    auto op = make_ref<PendingOp>(*hook, done);
    op->deadline_ns = engine.services.clock.monotonic_ns() + kDeadlineNs;
    // The engine outlives every answer that may still come.
    auto answered = [alive = engine.shared_from_this(), op, encode](Result<T> outcome) {
        if (!outcome) return op->answer(rc_of(outcome.error().code), nullptr, 0, outcome.error().text);
        auto value = encode_outcome(outcome, encode);
        op->answer(TG_OK, std::move(value.bytes), value.number);
    };
    std::optional<Result<T>> outcome = begin(*hook, op, std::function<void(Result<T>)>(std::move(answered)));
    if (!outcome) {
        await(*hook, op);
        return TG_PENDING;
    }
    if (!*outcome) return fail_now(hook, now, rc_of(outcome->error().code), outcome->error().text);
    auto value = encode_outcome(*outcome, encode);
    return done_now(now, std::move(value.bytes), value.number);
}

}  // namespace tidegate::plugin
