// Buckets by a rising key (minute, hour, day), of which the last `span` are kept. The newest key only rises; asking for
// a bucket that is out of the span answers null, and that is final: what was added before it fell out is gone with it.
// Thread rule: one thread at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>

namespace tidegate::analytics {

template <class Bucket>
class Series {
public:
    explicit Series(std::int64_t span) : span_(span) {}

    void move_to(std::int64_t newest) {
        if (newest <= newest_) return;
        newest_ = newest;
        buckets_.erase(buckets_.begin(), buckets_.upper_bound(newest_ - span_));
    }

    bool keeps(std::int64_t key) const { return key > newest_ - span_; }
    Bucket* at(std::int64_t key) { return keeps(key) ? &buckets_[key] : nullptr; }
    const Bucket* find(std::int64_t key) const {
        const auto known = buckets_.find(key);
        return known == buckets_.end() ? nullptr : &known->second;
    }

    // visit(key, bucket) of first..last, those that exist, rising.
    template <class Visit>
    void between(std::int64_t first, std::int64_t last, Visit visit) const {
        for (auto at = buckets_.lower_bound(first); at != buckets_.end() && at->first <= last; ++at) {
            visit(at->first, at->second);
        }
    }

    std::int64_t span() const { return span_; }
    const std::map<std::int64_t, Bucket>& all() const { return buckets_; }

private:
    std::int64_t span_;
    std::int64_t newest_ = std::numeric_limits<std::int64_t>::min() / 2;
    std::map<std::int64_t, Bucket> buckets_;
};

}  // namespace tidegate::analytics
