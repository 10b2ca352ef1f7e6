#pragma once

// EventPump: one plugin's reader of the domain events. It reads the store after its cursor, hands what the manifest's
// `events` asks for to the plugin, in order per tenant and key, several of a key in one hook where the plugin takes
// them so, again until it was taken, and keeps the cursor behind what is finished: at least once, over reloads and
// restarts. Belongs to the slot; pauses while nothing serves. [any-thread, except where marked]

#include "plugin/manifest.hpp"
#include "ports/documents.hpp"
#include "routing/invocation.hpp"

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tidegate::plugin {

class Slot;

class EventPump {
public:
    static constexpr std::size_t kUnfinished = 256;
    // In one hook, of a plugin that takes events together: a turn cannot be interrupted.
    static constexpr std::size_t kTogether = 32;
    static constexpr std::size_t kTogetherBytes = 64 * 1024;
    static constexpr unsigned kAttempts = 10;
    static constexpr std::uint64_t kFirstDelayMs = 100, kLongestDelayMs = 10'000;
    static constexpr std::uint64_t kSaveMs = 200;

    explicit EventPump(Slot& slot) : slot_(slot) {}

    // Finds the place to read from; once, and only for a plugin that wants events. May block. [control]
    Result<void> open(const std::vector<EventWish>& wishes);
    // A generation serves, wants these, and takes so many in one hook. What waits goes to it. [control]
    void serve(const std::vector<EventWish>& wishes, std::size_t together);
    void pause();  // [control]
    // Keeps the place for the next start. [control]
    void save_now();

    // There may be new events.
    void wake();

private:
    using Page = std::vector<StoredEvent>;
    using LaneKey = std::pair<std::string, std::string>;  // tenant, key
    struct Lane {
        enum class Step : std::uint8_t {
            kWaiting,  // for a generation that serves
            kInFlight,
            kDelayed,  // until its first is tried again
        };
        std::list<StoredEvent> events;
        Step step = Step::kWaiting;
        std::size_t in_flight = 0;   // the first so many, in one hook
        std::size_t one_by_one = 0;  // the first so many failed together: only one of them may be at fault
        unsigned attempts = 0;       // of the first, by itself
    };
    using Lanes = std::map<LaneKey, Lane>;
    // A lane stays where it is until its last event is finished.
    using LaneAt = Lanes::iterator;
    using Calls = std::vector<std::pair<LaneAt, routing::Invocation>>;
    // Read by the metrics, which live longer.
    struct Lag {
        std::atomic<std::uint64_t> newest{0}, cursor{0};
    };

    void read();
    void take(Result<Page> page);
    void look_ahead();
    void admit(StoredEvent& event, std::vector<LaneAt>& idle);
    void start(LaneAt at, Calls& calls);
    void dispatch(Calls calls);
    void ended(LaneAt at, const routing::HookEnd& end);
    void failed(LaneAt at, const Error& why, Calls& calls);
    void try_again(LaneAt at);
    void delay(LaneAt at, std::uint64_t ms);
    void finish(LaneAt at, std::size_t count, Calls& calls);
    void move_cursor();
    void save();
    void saved(std::uint64_t sequence, const Result<void>& outcome);
    bool is_full() const { return unfinished_.size() >= kUnfinished; }

    Slot& slot_;
    const std::shared_ptr<Lag> lag_ = std::make_shared<Lag>();
    std::atomic<bool> opened_{false};
    std::atomic<bool> woken_{false};
    std::atomic<bool> looking_{false};

    std::mutex mutex_;
    std::vector<EventWish> wishes_;
    std::size_t together_ = 1;
    bool serving_ = false;
    bool reading_ = false;
    bool again_ = false;         // woken while it read
    std::uint64_t read_to_ = 0;  // everything up to it was looked at
    std::uint64_t cursor_ = 0;   // everything up to it is finished
    std::uint64_t saved_ = 0;
    std::uint64_t began_at_ = 0;  // what wishes for `now` do not reach behind
    bool saving_ = false;
    bool save_is_due_ = false;
    Lanes lanes_;
    std::set<std::uint64_t> unfinished_;
};

}  // namespace tidegate::plugin
