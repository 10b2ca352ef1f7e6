#include "calculations.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace tidegate::quote {

template <class Use>
auto Calculations::with(std::uint64_t scope, const std::string& quote_id, Use use) {
    const std::string key = std::to_string(scope) + "/" + quote_id;
    Shard& shard = shards_[std::hash<std::string>()(key) % kShards];
    const std::lock_guard<std::mutex> locked(shard.lock);
    return use(shard.by_quote, key);
}

Calculations::Current Calculations::current_of(const Ticket& ticket) {
    Current out;
    out.calculation_id = ticket.calculation_id;
    out.revision = ticket.revision;
    out.started_ns = ticket.started_ns;
    return out;
}

void Calculations::begin(std::uint64_t scope, Ticket& ticket) {
    with(scope, ticket.quote_id, [&](auto& all, const std::string& key) {
        const auto before = all.find(key);
        if (before != all.end()) ticket.started_ns = std::max(ticket.started_ns, before->second.started_ns + 1);
        all.insert_or_assign(key, current_of(ticket));
    });
}

Verdict Calculations::judge(std::uint64_t scope, const Ticket& ticket) {
    return with(scope, ticket.quote_id, [&](auto& all, const std::string& key) -> Verdict {
        const auto [at, adopted] = all.try_emplace(key);
        Current& current = at->second;
        if (!adopted && current.calculation_id == ticket.calculation_id) {
            return {current.cancelled ? Standing::kCancelled : Standing::kCurrent, {}};
        }
        const bool newer = std::tie(current.revision, current.started_ns, current.calculation_id) <
                           std::tie(ticket.revision, ticket.started_ns, ticket.calculation_id);
        if (!adopted && !newer) return {Standing::kSuperseded, current.calculation_id};
        current = current_of(ticket);
        return {};
    });
}

bool Calculations::covers(std::uint64_t scope, const std::string& quote_id, std::uint64_t revision) {
    return with(scope, quote_id, [&](auto& all, const std::string& key) {
        const auto at = all.find(key);
        return at != all.end() && !at->second.cancelled && at->second.revision >= revision;
    });
}

bool Calculations::cancel(std::uint64_t scope, const std::string& quote_id, const std::string& calculation_id) {
    return with(scope, quote_id, [&](auto& all, const std::string& key) {
        const auto at = all.find(key);
        if (at == all.end() || at->second.calculation_id != calculation_id || at->second.cancelled) return false;
        at->second.cancelled = true;
        return true;
    });
}

std::unique_ptr<Running> Calculations::take(std::uint64_t scope, const Ticket& ticket) {
    return with(scope, ticket.quote_id, [&](auto& all, const std::string& key) -> std::unique_ptr<Running> {
        const auto at = all.find(key);
        if (at == all.end() || at->second.calculation_id != ticket.calculation_id) return nullptr;
        return std::move(at->second.running);
    });
}

void Calculations::keep(std::uint64_t scope, const Ticket& ticket, std::unique_ptr<Running> running) {
    with(scope, ticket.quote_id, [&](auto& all, const std::string& key) {
        const auto at = all.find(key);
        if (at != all.end() && at->second.calculation_id == ticket.calculation_id)
            at->second.running = std::move(running);
    });
}

void Calculations::end(std::uint64_t scope, const Ticket& ticket) {
    with(scope, ticket.quote_id, [&](auto& all, const std::string& key) {
        const auto at = all.find(key);
        if (at != all.end() && at->second.calculation_id == ticket.calculation_id) all.erase(at);
    });
}

std::size_t Calculations::size() const {
    std::size_t count = 0;
    for (const Shard& shard : shards_) {
        const std::lock_guard<std::mutex> locked(shard.lock);
        count += shard.by_quote.size();
    }
    return count;
}

}  // namespace tidegate::quote
