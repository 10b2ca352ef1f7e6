#pragma once

// HookWatch: every hook that waits, so that deadlines cost nothing while nobody waits and a list insertion when
// somebody does. It only tells the hook's strand to look. [any-thread]

#include "plugin/hook.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>

namespace tidegate::plugin {

class HookWatch {
public:
    void add(Hook& hook);
    void remove(Hook& hook);
    // Wakes the strands of hooks whose time came; true while anybody waits.
    bool tick(std::int64_t now_ns);
    // Wakes the strands of all hooks of a generation.
    void check_generation(const Generation& generation);

private:
    struct alignas(64) Shard {
        std::mutex mutex;
        Hook* first = nullptr;
    };
    static constexpr std::size_t kShards = 16;
    Shard& shard_of(const Hook& hook) { return shards_[hook.index % kShards]; }

    std::array<Shard, kShards> shards_;
    std::atomic<std::uint32_t> count_{0};
};

}  // namespace tidegate::plugin
