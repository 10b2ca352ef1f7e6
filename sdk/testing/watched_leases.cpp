#include "watched_leases.hpp"

#include <utility>

namespace tidegate::kit {

void WatchedLeases::note(const char* act, const LeaseSpace& space, const std::vector<Lease>& leases) {
    for (const Lease& lease : leases) acts_.push_back({clock_.monotonic_ms(), act, space, lease});
}

std::optional<Result<LeaseOutcome>> WatchedLeases::acquire(LeaseRequest request, LeaseDone<LeaseOutcome> done) {
    const LeaseSpace space = request.space;
    auto outcome = leases_.acquire(std::move(request), std::move(done));
    if (!outcome || !*outcome) return outcome;
    const LeaseOutcome& made = **outcome;
    note("evicted", space, made.evicted);
    std::vector<Lease> granted;
    for (const Lease& lease : made.leases)
        if (made.granted && made.token != 0 && lease.token == made.token) granted.push_back(lease);
    note("granted", space, granted);
    return outcome;
}

std::optional<Result<WriteGrant>> WatchedLeases::begin_write(WriteClaim claim, LeaseDone<WriteGrant> done) {
    const LeaseSpace space = claim.space;
    auto grant = leases_.begin_write(std::move(claim), std::move(done));
    if (grant && *grant) note("granted", space, (*grant)->leased);
    return grant;
}

std::optional<Result<std::vector<Lease>>> WatchedLeases::release(LeaseSpace space, LeaseMatch match,
                                                                 LeaseDone<std::vector<Lease>> done) {
    auto outcome = leases_.release(space, std::move(match), std::move(done));
    if (outcome && *outcome) note("released", space, **outcome);
    return outcome;
}

void WatchedLeases::on_expired(std::function<void(ExpiredLeases)> tell) {
    leases_.on_expired([this, tell = std::move(tell)](ExpiredLeases expired) {
        note("expired", expired.space, expired.leases);
        if (tell) tell(std::move(expired));
    });
}

}  // namespace tidegate::kit
