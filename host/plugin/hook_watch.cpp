#include "plugin/hook_watch.hpp"

#include "plugin/strand.hpp"

namespace tidegate::plugin {

void HookWatch::add(Hook& hook) {
    count_.fetch_add(1, std::memory_order_seq_cst);
    Shard& shard = shard_of(hook);
    const std::lock_guard lock(shard.mutex);
    hook.watched = true;
    hook.watch_previous = nullptr;
    hook.watch_next = shard.first;
    if (shard.first) shard.first->watch_previous = &hook;
    shard.first = &hook;
}

void HookWatch::remove(Hook& hook) {
    Shard& shard = shard_of(hook);
    {
        const std::lock_guard lock(shard.mutex);
        (hook.watch_previous ? hook.watch_previous->watch_next : shard.first) = hook.watch_next;
        if (hook.watch_next) hook.watch_next->watch_previous = hook.watch_previous;
        hook.watch_next = hook.watch_previous = nullptr;
        hook.watched = false;
    }
    count_.fetch_sub(1, std::memory_order_seq_cst);
}

bool HookWatch::tick(std::int64_t now_ns) {
    if (count_.load(std::memory_order_seq_cst) == 0) return false;
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        for (Hook* hook = shard.first; hook; hook = hook->watch_next) {
            if (hook->wake_ns.load(std::memory_order_relaxed) > now_ns) continue;
            hook->wake_ns.store(kNever, std::memory_order_relaxed);
            hook->strand->check_soon();
        }
    }
    return true;
}

void HookWatch::check_generation(const Generation& generation) {
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        for (Hook* hook = shard.first; hook; hook = hook->watch_next)
            if (hook->generation == &generation) hook->strand->check_soon();
    }
}

}  // namespace tidegate::plugin
