// The activity feed of one dashboard: what happened last, a bounded number, newest first, in the order of the events'
// sequences.
// Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "event.hpp"

namespace tidegate::analytics {

struct FeedEntry {
    std::uint64_t sequence = 0;
    std::int64_t at_ms = 0;
    EventKind kind = EventKind::kCreated;
    std::string quote_id;
    std::string user;
    std::string state;
    std::string product;
    std::string detail;  // a premium, a reason, a code, a tier

    static FeedEntry of(EventKind kind, const DomainEvent& event, const EventFields& fields);
};

class Feed {
public:
    static constexpr std::size_t kMost = 50;

    void add(FeedEntry entry) {
        entries_.push_back(std::move(entry));
        if (entries_.size() > kMost) entries_.pop_front();
    }
    const std::deque<FeedEntry>& oldest_first() const { return entries_; }

private:
    std::deque<FeedEntry> entries_;
};

}  // namespace tidegate::analytics
