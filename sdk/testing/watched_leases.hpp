#pragma once

// WatchedLeases: leases that keep a list of what became of each. One thread.

#include "base/clock.hpp"
#include "ports/leases.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tidegate::kit {

struct LeaseAct {
    std::int64_t at_ms = 0;  // since the start
    const char* act = "";    // granted evicted released expired
    LeaseSpace space;
    Lease lease;
};

class WatchedLeases final : public Leases {
public:
    // `leases` answers inline.
    WatchedLeases(Leases& leases, const Clock& clock) : leases_(leases), clock_(clock) {}

    std::optional<Result<LeaseOutcome>> acquire(LeaseRequest request, LeaseDone<LeaseOutcome> done) override;
    std::optional<Result<WriteGrant>> begin_write(WriteClaim claim, LeaseDone<WriteGrant> done) override;
    std::optional<Result<std::uint64_t>> renew(LeaseSpace space, std::string session, std::int64_t ttl_ms,
                                               LeaseDone<std::uint64_t> done) override {
        return leases_.renew(std::move(space), std::move(session), ttl_ms, std::move(done));
    }
    std::optional<Result<std::vector<Lease>>> release(LeaseSpace space, LeaseMatch match,
                                                      LeaseDone<std::vector<Lease>> done) override;
    std::optional<Result<std::vector<Lease>>> list(LeaseSpace space, LeaseDone<std::vector<Lease>> done) override {
        return leases_.list(std::move(space), std::move(done));
    }
    void on_expired(std::function<void(ExpiredLeases)> tell) override;
    bool sweep() override { return leases_.sweep(); }

    std::vector<LeaseAct> take_acts() { return std::exchange(acts_, {}); }

private:
    void note(const char* act, const LeaseSpace& space, const std::vector<Lease>& leases);

    Leases& leases_;
    const Clock& clock_;
    std::vector<LeaseAct> acts_;
};

}  // namespace tidegate::kit
