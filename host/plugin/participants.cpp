#include "plugin/participants.hpp"

namespace tidegate::plugin {

namespace {

std::atomic<std::uint64_t> next_identity{1};

// The last answer, so that asking costs one comparison. An identity is never reused, so a stale one cannot match.
struct Remembered {
    std::uint64_t identity = 0;
    std::uint32_t cell = 0;
};
thread_local Remembered remembered;

}  // namespace

Participants::Participants() : identity_(next_identity.fetch_add(1)) {}

std::uint32_t Participants::current() {
    if (remembered.identity == identity_) [[likely]]
        return remembered.cell;
    const auto cell = cells_.with([this](auto& cells) {
        const auto found = cells.find(std::this_thread::get_id());
        if (found != cells.end()) return found->second;
        const auto used = used_.load(std::memory_order_relaxed);
        if (used == kShared) return kShared;
        cells.emplace(std::this_thread::get_id(), used);
        used_.store(used + 1, std::memory_order_release);
        return used;
    });
    remembered = {identity_, cell};
    return cell;
}

Participants::Grace Participants::begin_grace() const {
    Grace grace(*this);
    // Every cell, not only the used ones: a thread may be taking its cell right now.
    for (std::uint32_t cell = 0; cell < kShared; ++cell) {
        const auto count = turns_[cell].count.load(std::memory_order_seq_cst);
        if (count & 1) grace.inside_.emplace_back(cell, count);
    }
    return grace;
}

bool Participants::Grace::passed() {
    while (!inside_.empty()) {
        const auto [cell, count] = inside_.back();
        if (participants_->turns_[cell].count.load(std::memory_order_acquire) == count) return false;
        inside_.pop_back();
    }
    return true;
}

}  // namespace tidegate::plugin
