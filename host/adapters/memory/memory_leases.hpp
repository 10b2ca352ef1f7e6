#pragma once

// MemoryLeases: leases that live as long as the process. Every call completes inline. A token is boot * 2^32 + n, so
// tokens rise over restarts when the boots do. [any-thread]; a lock per share of the spaces, so that whoever is
// interrupted while he holds one holds up few; never held while an expiry is told.

#include "base/clock.hpp"
#include "ports/leases.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tidegate {

class MemoryLeases final : public Leases {
public:
    static constexpr std::size_t kLeasesPerSpace = 10'000;

    // `boot` < 2^21 counts the starts of the process.
    MemoryLeases(const Clock& clock, std::uint64_t boot);
    ~MemoryLeases() override;

    std::optional<Result<LeaseOutcome>> acquire(LeaseRequest request, LeaseDone<LeaseOutcome> done) override;
    std::optional<Result<WriteGrant>> begin_write(WriteClaim claim, LeaseDone<WriteGrant> done) override;
    std::optional<Result<std::uint64_t>> renew(LeaseSpace space, std::string session, std::int64_t ttl_ms,
                                               LeaseDone<std::uint64_t> done) override;
    std::optional<Result<std::vector<Lease>>> release(LeaseSpace space, LeaseMatch match,
                                                      LeaseDone<std::vector<Lease>> done) override;
    std::optional<Result<std::vector<Lease>>> list(LeaseSpace space, LeaseDone<std::vector<Lease>> done) override;
    void on_expired(std::function<void(ExpiredLeases)> tell) override;
    bool sweep() override;

private:
    struct Shards;
    class Visit;  // one call's stay under a lock

    // Runs the body on what is valid now in the space, then tells what was found ended there.
    template <class Body>
    auto visit(const LeaseSpace& space, Body&& body);
    void tell(std::vector<ExpiredLeases> expired) const;

    const Clock& clock_;
    const std::uint64_t first_token_;
    const std::unique_ptr<Shards> shards_;
    std::function<void(ExpiredLeases)> tell_;
};

}  // namespace tidegate
