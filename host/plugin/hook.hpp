#pragma once

// Hook: one invocation of a plugin from dispatch to its end; what a plugin knows as tg_hook. Lives in a pool that never
// gives memory back, and a plugin holds a number, not a pointer: a hook that ended is found to have ended. Touched only
// on its strand, except where said. [strand]

#include "base/ref.hpp"
#include "plugin/pending_op.hpp"
#include "routing/invocation.hpp"

#include <tidegate/abi/plugin.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tidegate::plugin {

class Generation;
class Slot;
class Strand;

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

struct Hook {
    // What the invocation asks for, copied from its route.
    routing::Invocation call;
    routing::Mode mode = routing::Mode::kStrict;
    std::uint32_t max_in_flight = 1;

    Slot* slot = nullptr;
    Strand* strand = nullptr;  // null: inline. Kept alive by its own count of hooks
    Generation* generation = nullptr;

    bool in_call = false;    // the plugin's function has not returned
    bool ended = false;      // the plugin said so, or threw
    bool answered = false;   // the peer has its final answer
    bool abandoned = false;  // stopped, awaits nothing, and still did not end: its key went on without it
    tg_rc stopped = TG_OK;   // why it should end
    std::string reason;      // hook_reason
    std::string error_text;  // of the last call that failed inline
    PendingOps ops;          // awaited now

    std::int64_t deadline_ns = kNever;  // of the whole hook, set when it first waits
    // When the watch must look at it. [any-thread]
    std::atomic<std::int64_t> wake_ns{kNever};
    bool watched = false;  // the rest of the watch's list is under its lock
    Hook* watch_previous = nullptr;
    Hook* watch_next = nullptr;
    Hook* flight_previous = nullptr;  // the strand's hooks that returned TG_PENDING
    Hook* flight_next = nullptr;
    Hook* next = nullptr;  // in the strand's queue

    // What the C structs of the call point to.
    std::shared_ptr<const Principal> principal;
    std::vector<tg_str> permissions;
    tg_principal abi_principal{};
    std::vector<tg_pair> pairs;

    std::uint32_t index = 0;
    std::atomic<std::uint32_t> serial{1};
    std::atomic<std::uint32_t> next_free{0};

    tg_hook* handle() const {
        const auto number = std::uint64_t{serial.load(std::memory_order_relaxed)} << 32 | index;
        return reinterpret_cast<tg_hook*>(static_cast<std::uintptr_t>(number));
    }
    void clear();
};

// [any-thread]
class HookPool {
public:
    HookPool() = default;
    ~HookPool();
    HookPool(const HookPool&) = delete;
    HookPool& operator=(const HookPool&) = delete;

    Hook* allocate();  // null: too many at once
    void release(Hook* hook);
    // Null for a hook that ended, or that never was.
    Hook* find(const tg_hook* handle) const;

private:
    static constexpr std::uint32_t kChunk = 256;
    static constexpr std::uint32_t kChunks = 4096;

    bool grow();
    Hook& at(std::uint32_t index) const {
        return chunks_[index / kChunk].load(std::memory_order_acquire)[index % kChunk];
    }

    // Head of the free list: the index plus one, under a tag that changes with every change.
    std::atomic<std::uint64_t> free_{0};
    std::atomic<std::uint32_t> count_{0};
    std::array<std::atomic<Hook*>, kChunks> chunks_{};
    std::mutex growing_;
};

}  // namespace tidegate::plugin
