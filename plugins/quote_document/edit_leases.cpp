#include "quote_document/edit_leases.hpp"

#include <algorithm>

#include "quote_document/field_path.hpp"

namespace tidegate::quote {
namespace {

// The person's own lock that the field lies in; with a claim, the one under that token.
const tg::Lease* lock_over(const std::string& field, const std::vector<tg::Lease>& standing, const Claim& claim) {
    const tg::Lease* found = nullptr;
    for (const tg::Lease& lease : standing) {
        if (lease.holder() != claim.sub || lease.implicit() || !is_within(field, lease.path())) continue;
        if (claim.token != 0 && lease.token() != claim.token) continue;
        // Of nested locks the newest: whoever wrote under it left its token behind.
        if (!found || lease.token() > found->token()) found = &lease;
    }
    return found;
}

bool has_lock_below(const std::string& field, const std::vector<tg::Lease>& standing, const Claim& claim) {
    return std::any_of(standing.begin(), standing.end(), [&](const tg::Lease& lease) {
        return lease.holder() == claim.sub && !lease.implicit() && is_within(lease.path(), field);
    });
}

}  // namespace

EditLeases::EditLeases(const std::vector<std::string>& fields, const std::vector<tg::Lease>& standing,
                       const Claim& claim) {
    for (const std::string& field : fields) {
        Need need;
        if (const tg::Lease* lock = lock_over(field, standing, claim)) {
            need.fence = lock->token();
            // A lock of another of his connections stays that one's, unless its token was named.
            if (claim.token != 0 || lock->session() == claim.client_id) {
                need.path = ask_for(lock->path());
                renews_ = true;
            }
        } else if (claim.token != 0) {
            stale_ = field;
            return;
        } else {
            need.path = ask_for(field);
            need.fenced = !has_lock_below(field, standing, claim);
        }
        needs_.push_back(need);
    }
}

std::size_t EditLeases::ask_for(const std::string& path) {
    const auto known = std::find(paths_.begin(), paths_.end(), path);
    if (known != paths_.end()) return static_cast<std::size_t>(known - paths_.begin());
    paths_.push_back(path);
    return paths_.size() - 1;
}

bool EditLeases::hold(const std::vector<tg::Lease>& granted, const Claim& claim) {
    if (granted.size() != paths_.size()) return false;
    for (Need& need : needs_) {
        if (need.path == kNone) continue;
        const tg::Lease& lease = granted[need.path];
        if (claim.token != 0 && (lease.implicit() || lease.token() != claim.token)) return false;
        need.fence = need.fenced ? lease.token() : 0;
    }
    return true;
}

}  // namespace tidegate::quote
