#include "sketch.hpp"

#include <algorithm>
#include <cmath>

namespace tidegate::analytics {
namespace {

constexpr double kGamma = (1 + Sketch::kRelativeError) / (1 - Sketch::kRelativeError);
constexpr std::int32_t kZeroBucket = -1;  // 0 ms, which has no logarithm

std::int32_t bucket_of(std::int64_t value_ms) {
    static const double log_gamma = std::log(kGamma);
    if (value_ms <= 0) return kZeroBucket;
    return static_cast<std::int32_t>(std::ceil(std::log(static_cast<double>(value_ms)) / log_gamma));
}

// The middle, in relative terms, of (gamma^(b-1), gamma^b].
std::int64_t value_of(std::int32_t bucket) {
    if (bucket == kZeroBucket) return 0;
    return std::llround(2 * std::pow(kGamma, bucket) / (kGamma + 1));
}

bool before(const Sketch::Bucket& bucket, std::int32_t index) { return bucket.first < index; }

}  // namespace

void Sketch::change(std::int64_t value_ms, int by) {
    value_ms = std::clamp<std::int64_t>(value_ms, 0, kLongestMs);
    change_bucket(bucket_of(value_ms), by);
    sum_ms_ += value_ms * by;
}

void Sketch::change_bucket(std::int32_t bucket, std::int64_t by) {
    auto at = std::lower_bound(buckets_.begin(), buckets_.end(), bucket, before);
    if (at == buckets_.end() || at->first != bucket) at = buckets_.insert(at, {bucket, 0});
    at->second = static_cast<std::uint32_t>(at->second + by);
    count_ = static_cast<std::uint64_t>(static_cast<std::int64_t>(count_) + by);
    if (at->second == 0) buckets_.erase(at);
}

void Sketch::merge(const Sketch& other) {
    std::vector<Bucket> merged;
    merged.reserve(buckets_.size() + other.buckets_.size());
    auto mine = buckets_.begin();
    for (const Bucket& theirs : other.buckets_) {
        for (; mine != buckets_.end() && mine->first < theirs.first; ++mine) merged.push_back(*mine);
        merged.push_back(theirs);
        if (mine != buckets_.end() && mine->first == theirs.first) merged.back().second += (mine++)->second;
    }
    merged.insert(merged.end(), mine, buckets_.end());
    buckets_ = std::move(merged);
    count_ += other.count_;
    sum_ms_ += other.sum_ms_;
}

std::optional<std::int64_t> Sketch::quantile_ms(unsigned thousandths) const {
    if (count_ == 0) return std::nullopt;
    std::uint64_t below = (count_ - 1) * thousandths / 1000;
    for (const auto& [bucket, count] : buckets_) {
        if (below < count) return value_of(bucket);
        below -= count;
    }
    return value_of(buckets_.back().first);
}

Sketch Sketch::from(std::vector<Bucket> buckets, std::int64_t sum_ms) {
    Sketch out;
    for (const auto& [bucket, count] : buckets) out.count_ += count;
    out.buckets_ = std::move(buckets);
    out.sum_ms_ = sum_ms;
    return out;
}

}  // namespace tidegate::analytics
