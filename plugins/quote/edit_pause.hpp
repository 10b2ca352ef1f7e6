// Waiting for a pause in the edits of a quote's fields: 150 ms after the last one, at most 1 s after the first. One
// timer per burst, which travels as the payload of the task "recalculate"; only memory else: a generation that knows
// nothing of a timer takes it for due, so none is lost.
// Not here: timers, calculating.
// Thread rule: [any-thread]; edits come from one strand, timers that ran down from their quote's, both at once. An edit
// that comes between a timer's end and what is done about it either finds the burst and is seen to, or begins another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tidegate::quote {

inline constexpr std::string_view kRecalculateTask = "recalculate";
inline constexpr std::uint64_t kPauseMs = 150;
inline constexpr std::uint64_t kLongestBurstMs = 1000;

struct PauseTimer {
    PauseTimer() {}  // no aggregate: it is a coroutine's parameter

    std::string quote_id;
    std::string name;  // of this timer alone
    std::string sub;   // who edited
    std::uint64_t revision = 0;
};

std::string write_pause(const PauseTimer& timer);
std::optional<PauseTimer> read_pause(std::string_view payload);

class EditPauses {
public:
    // An edit. True: `timer` is to be set, in kPauseMs; false: one that runs will see to it. `scope` tells tenants
    // apart.
    bool edited(std::uint64_t scope, const PauseTimer& timer, std::int64_t now_ns);

    // What a timer that ran down means. kLater: it is to be set again, in `delay_ms`; kOther: a newer one runs.
    enum class Standing { kDue, kLater, kOther };
    struct Verdict {
        Standing standing = Standing::kDue;
        std::uint64_t delay_ms = 0;
    };
    // When due, `timer` takes over who edited last, and the burst is over.
    Verdict elapsed(std::uint64_t scope, PauseTimer& timer, std::int64_t now_ns);

    // The timer could not be set.
    void forget(std::uint64_t scope, const PauseTimer& timer);

    std::size_t size() const;

private:
    struct Burst {
        PauseTimer timer;
        std::int64_t first_ns = 0;
        std::int64_t last_ns = 0;
    };

    mutable std::mutex lock_;
    std::unordered_map<std::string, Burst> bursts_;
};

}  // namespace tidegate::quote
