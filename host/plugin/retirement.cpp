#include "plugin/retirement.hpp"

#include "plugin/slot.hpp"

#include <algorithm>
#include <utility>

namespace tidegate::plugin {

namespace {
constexpr std::int64_t kMs = 1'000'000;
}

Retirement::Retirement(std::unique_ptr<Generation> generation, std::int64_t now_ns, std::int64_t cancel_after_ms,
                       std::int64_t give_up_after_ms)
    : generation_(std::move(generation)),
      began_ns_(now_ns),
      cancel_at_ns_(now_ns + cancel_after_ms * kMs),
      give_up_at_ns_(now_ns + give_up_after_ms * kMs),
      grace_(generation_->slot().engine().participants.begin_grace()) {}

Retirement::Phase Retirement::step(std::int64_t now_ns) {
    const auto& counters = generation_->counters();
    if (phase_ == Phase::kFirstGrace && grace_.passed()) phase_ = Phase::kDraining;
    if (phase_ == Phase::kDraining && counters.quiet()) {
        grace_ = generation_->slot().engine().participants.begin_grace();
        phase_ = Phase::kSecondGrace;
    }
    if (phase_ == Phase::kSecondGrace && grace_.passed()) phase_ = counters.quiet() ? Phase::kQuiet : Phase::kDraining;
    if (phase_ == Phase::kQuiet || phase_ == Phase::kPinned) return phase_;
    if (!cancelled_ && now_ns >= cancel_at_ns_) {
        cancelled_ = true;
        generation_->cancel();
    }
    if (now_ns >= give_up_at_ns_) phase_ = Phase::kPinned;
    return phase_;
}

void Retirement::hurry(std::int64_t now_ns, std::int64_t give_up_after_ms) {
    cancel_at_ns_ = std::min(cancel_at_ns_, now_ns);
    give_up_at_ns_ = std::min(give_up_at_ns_, now_ns + give_up_after_ms * kMs);
}

std::string Retirement::pinned_by() const {
    const auto hooks = generation_->counters().hooks();
    const auto frames = generation_->counters().frames();
    if (hooks == 0 && frames == 0) return "a thread that does not leave it";
    return "hooks " + std::to_string(hooks) + ", frames " + std::to_string(frames);
}

}  // namespace tidegate::plugin
