#pragma once

// Retirement: a generation that no longer serves, on its way to being unloaded: a grace, until nothing of it runs or
// waits, a second grace for the tails of its last hooks. Late ones are cancelled; what stays after that pins it. Steps,
// never waits. [control]

#include "plugin/generation.hpp"
#include "plugin/participants.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace tidegate::plugin {

class Retirement {
public:
    enum class Phase : std::uint8_t { kFirstGrace, kDraining, kSecondGrace, kQuiet, kPinned };

    // Its slot must not point to it any more.
    Retirement(std::unique_ptr<Generation> generation, std::int64_t now_ns, std::int64_t cancel_after_ms,
               std::int64_t give_up_after_ms);

    Phase step(std::int64_t now_ns);
    // Less time than it was given: cancels at its next step.
    void hurry(std::int64_t now_ns, std::int64_t give_up_after_ms);
    std::int64_t began_ns() const { return began_ns_; }
    Generation& generation() const { return *generation_; }
    // "hooks 2, frames 3"
    std::string pinned_by() const;
    // Only before kQuiet: it may serve again, unless its hooks were cancelled.
    bool can_serve_again() const { return !cancelled_; }
    std::unique_ptr<Generation> take() { return std::move(generation_); }

private:
    std::unique_ptr<Generation> generation_;
    const std::int64_t began_ns_;
    std::int64_t cancel_at_ns_;
    std::int64_t give_up_at_ns_;
    Participants::Grace grace_;
    Phase phase_ = Phase::kFirstGrace;
    bool cancelled_ = false;
};

}  // namespace tidegate::plugin
