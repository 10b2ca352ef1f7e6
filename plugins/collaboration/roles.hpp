// Ranks of roles, for who may take a lock from whom and who may end a review.
// Thread rule: [any-thread], pure functions.
#pragma once

#include <string_view>

namespace tidegate::collaboration {

// customer < agent < underwriter < manager < admin; an unknown role is below them all.
constexpr int rank_of(std::string_view role) {
    int rank = 1;
    for (const std::string_view known : {"customer", "agent", "underwriter", "manager", "admin"}) {
        if (role == known) return rank;
        ++rank;
    }
    return 0;
}

constexpr bool may_take_over(std::string_view taker, std::string_view holder) {
    return rank_of(taker) > rank_of(holder);
}

constexpr bool may_end_review(std::string_view role) { return rank_of(role) >= rank_of("underwriter"); }

}  // namespace tidegate::collaboration
