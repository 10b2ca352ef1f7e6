// A count for each name of a dictionary.
// Thread rule: [any-thread], a value type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "names.hpp"

namespace tidegate::analytics {

class Tally {
public:
    void change(NameId id, std::int64_t by) {
        if (counts_.size() <= id) counts_.resize(std::size_t{id} + 1);
        counts_[id] += by;
    }
    void add(const Tally& other) {
        for (std::size_t id = 0; id < other.counts_.size(); ++id) {
            if (other.counts_[id] != 0) change(static_cast<NameId>(id), other.counts_[id]);
        }
    }
    std::int64_t of(NameId id) const { return id < counts_.size() ? counts_[id] : 0; }
    std::int64_t total() const {
        std::int64_t sum = 0;
        for (const std::int64_t count : counts_) sum += count;
        return sum;
    }
    std::size_t size() const { return counts_.size(); }

private:
    std::vector<std::int64_t> counts_;
};

}  // namespace tidegate::analytics
