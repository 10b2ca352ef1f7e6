#pragma once

// ConnectionCaps: how many connections one user and one address have, over all loops. A cap of 0 counts nothing.
// [any-thread]

#include "base/guarded.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace tidegate::routing {

class ConnectionCap {
public:
    explicit ConnectionCap(std::uint32_t max) : max_(max) {}

    // False: this one would be too many, and is not counted.
    bool enter(const std::string& who) {
        if (max_ == 0) return true;
        return counts_.with([&](Counts& counts) {
            std::uint32_t& count = counts[who];
            if (count >= max_) return false;
            ++count;
            return true;
        });
    }
    // Once for each enter() that was true.
    void leave(const std::string& who) {
        if (max_ == 0) return;
        counts_.with([&](Counts& counts) {
            const auto found = counts.find(who);
            if (found != counts.end() && --found->second == 0) counts.erase(found);
        });
    }

private:
    using Counts = std::unordered_map<std::string, std::uint32_t>;
    const std::uint32_t max_;
    Guarded<Counts> counts_;
};

struct ConnectionCaps {
    ConnectionCap per_user;  // by tenant and sub
    ConnectionCap per_address;
};

}  // namespace tidegate::routing
