// A quantile sketch of durations (DDSketch: Masson, Rim, Lee, VLDB 2019): logarithmic buckets, so that every quantile
// is within 1 % of the exact one (or the half millisecond it is rounded to). Adding, taking back and merging are exact
// on the buckets, in any order. Bounded: 1 ms to 400 days are some 1,200 buckets, what is longer counts as 400 days.
// Thread rule: [any-thread], a value type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tidegate::analytics {

class Sketch {
public:
    static constexpr double kRelativeError = 0.01;
    static constexpr std::int64_t kLongestMs = 400LL * 24 * 3600 * 1000;

    void add(std::int64_t value_ms) { change(value_ms, 1); }
    void take_back(std::int64_t value_ms) { change(value_ms, -1); }  // one that was added
    void merge(const Sketch& other);

    std::uint64_t count() const { return count_; }
    std::int64_t sum_ms() const { return sum_ms_; }
    // The value at rank floor(q * (count - 1)), 0 <= q <= 1, in thousandths: 500, 900, 990.
    std::optional<std::int64_t> quantile_ms(unsigned thousandths) const;

    // Bucket and count, buckets rising: what a snapshot keeps beside the sum.
    using Bucket = std::pair<std::int32_t, std::uint32_t>;
    const std::vector<Bucket>& buckets() const { return buckets_; }
    static Sketch from(std::vector<Bucket> buckets, std::int64_t sum_ms);

    friend bool operator==(const Sketch&, const Sketch&) = default;

private:
    void change(std::int64_t value_ms, int by);
    void change_bucket(std::int32_t bucket, std::int64_t by);

    std::vector<Bucket> buckets_;
    std::uint64_t count_ = 0;
    std::int64_t sum_ms_ = 0;
};

}  // namespace tidegate::analytics
