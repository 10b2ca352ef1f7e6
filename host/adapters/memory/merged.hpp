#pragma once

// Merged: several sorted ranges as one. Not a container: the ranges must stay as they are while it is used. No thread
// rule.

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace tidegate {

template <class At, class Less>
class Merged {
public:
    explicit Merged(Less less) : less_(less) {}

    void add(At first, At end) {
        if (first != end) ranges_.emplace_back(first, end);
    }
    // The smallest that is left; nothing at the end.
    std::optional<At> next() {
        const auto by_first = [&](const auto& a, const auto& b) { return less_(*a.first, *b.first); };
        const auto smallest = std::min_element(ranges_.begin(), ranges_.end(), by_first);
        if (smallest == ranges_.end()) return std::nullopt;
        const At found = smallest->first++;
        if (smallest->first == smallest->second) ranges_.erase(smallest);
        return found;
    }

private:
    Less less_;
    std::vector<std::pair<At, At>> ranges_;
};

}  // namespace tidegate
