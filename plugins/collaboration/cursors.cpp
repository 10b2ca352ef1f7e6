#include "cursors.hpp"

#include <algorithm>

namespace tidegate::collaboration {

std::uint64_t flush_interval_ms(std::uint64_t interval_ms, std::size_t movers) {
    return std::max<std::uint64_t>(interval_ms, movers * 5 / 2);
}

void Cursors::set_interval_ms(std::uint64_t interval_ms) {
    const std::lock_guard<std::mutex> locked(lock_);
    interval_ms_ = interval_ms;
}

std::uint64_t Cursors::move(const Place& place, CursorMove move) {
    const std::lock_guard<std::mutex> locked(lock_);
    const auto [at, fresh] = places_.try_emplace(place);
    std::string user = move.user;
    at->second.moves.insert_or_assign(std::move(user), std::move(move));
    if (!fresh) return 0;
    return at->second.chain = ++chains_;
}

Cursors::Flush Cursors::flush(const Place& place, std::uint64_t chain) {
    Flush out;
    const std::lock_guard<std::mutex> locked(lock_);
    const auto at = places_.find(place);
    if (at == places_.end() || at->second.chain != chain) return out;
    for (auto& [user, move] : at->second.moves) out.moves.push_back(std::move(move));
    at->second.moves.clear();
    if (out.moves.empty()) {
        places_.erase(at);
    } else {
        out.next_ms = flush_interval_ms(interval_ms_, out.moves.size());
    }
    return out;
}

void Cursors::stop(const Place& place, std::uint64_t chain) {
    const std::lock_guard<std::mutex> locked(lock_);
    const auto at = places_.find(place);
    if (at != places_.end() && at->second.chain == chain) places_.erase(at);
}

}  // namespace tidegate::collaboration
