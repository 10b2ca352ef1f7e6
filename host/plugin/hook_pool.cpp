#include "plugin/hook.hpp"

#include "plugin/strand.hpp"

#include <mutex>

namespace tidegate::plugin {

void Hook::clear() {
    call = routing::Invocation{};
    mode = routing::Mode::kStrict;
    max_in_flight = 1;
    slot = nullptr;
    strand = nullptr;
    generation = nullptr;
    in_call = ended = answered = abandoned = watched = false;
    stopped = TG_OK;
    reason.clear();
    error_text.clear();
    deadline_ns = kNever;
    wake_ns.store(kNever, std::memory_order_relaxed);
    next = nullptr;
    principal.reset();
}

HookPool::~HookPool() {
    // What never ended still holds its strand and what it waits for.
    for (std::uint32_t i = 0; i < count_.load(); ++i) {
        Hook& hook = at(i);
        while (hook.ops.first()) hook.ops.remove(*hook.ops.first());
        if (hook.strand) hook.strand->release();
    }
    for (auto& chunk : chunks_) delete[] chunk.load();
}

bool HookPool::grow() {
    const std::lock_guard lock(growing_);
    if (static_cast<std::uint32_t>(free_.load(std::memory_order_acquire)) != 0) return true;
    const auto number = count_.load(std::memory_order_relaxed) / kChunk;
    if (number == kChunks) return false;
    auto* chunk = new Hook[kChunk];
    for (std::uint32_t i = 0; i < kChunk; ++i) chunk[i].index = number * kChunk + i;
    chunks_[number].store(chunk, std::memory_order_release);
    count_.store((number + 1) * kChunk, std::memory_order_release);
    for (std::uint32_t i = kChunk; i-- > 0;) {
        auto head = free_.load(std::memory_order_relaxed);
        do {
            chunk[i].next_free.store(static_cast<std::uint32_t>(head), std::memory_order_relaxed);
        } while (!free_.compare_exchange_weak(head, ((head >> 32) + 1) << 32 | (chunk[i].index + 1),
                                              std::memory_order_acq_rel));
    }
    return true;
}

Hook* HookPool::allocate() {
    auto head = free_.load(std::memory_order_acquire);
    for (;;) {
        if (static_cast<std::uint32_t>(head) == 0) {
            if (!grow()) return nullptr;
            head = free_.load(std::memory_order_acquire);
            continue;
        }
        Hook& hook = at(static_cast<std::uint32_t>(head) - 1);
        const std::uint64_t next = hook.next_free.load(std::memory_order_relaxed);
        if (free_.compare_exchange_weak(head, ((head >> 32) + 1) << 32 | next, std::memory_order_acq_rel)) return &hook;
    }
}

void HookPool::release(Hook* hook) {
    // The handle dies first: whoever still holds it finds nothing. Zero is no serial, so that no handle is null.
    auto serial = hook->serial.load(std::memory_order_relaxed) + 1;
    hook->serial.store(serial == 0 ? 1 : serial, std::memory_order_release);
    hook->clear();
    auto head = free_.load(std::memory_order_relaxed);
    do {
        hook->next_free.store(static_cast<std::uint32_t>(head), std::memory_order_relaxed);
    } while (
        !free_.compare_exchange_weak(head, ((head >> 32) + 1) << 32 | (hook->index + 1), std::memory_order_acq_rel));
}

Hook* HookPool::find(const tg_hook* handle) const {
    const auto number = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(handle));
    const auto index = static_cast<std::uint32_t>(number);
    if (index >= count_.load(std::memory_order_acquire)) return nullptr;
    Hook& hook = at(index);
    return hook.serial.load(std::memory_order_acquire) == number >> 32 ? &hook : nullptr;
}

}  // namespace tidegate::plugin
