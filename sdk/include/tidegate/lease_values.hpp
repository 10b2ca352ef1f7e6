#pragma once

// What the lease calls answer with: Lease, LeaseGrant. Values that own their texts. [any-thread]

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tg {

class Lease {
public:
    Lease(std::string path, std::string holder, std::string session, std::string data, std::uint64_t token,
          bool implicit, std::int64_t expires_ms, std::int64_t ttl_ms) noexcept
        : path_(std::move(path)),
          holder_(std::move(holder)),
          session_(std::move(session)),
          data_(std::move(data)),
          token_(token),
          expires_ms_(expires_ms),
          ttl_ms_(ttl_ms),
          implicit_(implicit) {}

    const std::string& path() const& noexcept { return path_; }
    std::string path() && noexcept { return std::move(path_); }
    const std::string& holder() const& noexcept { return holder_; }
    std::string holder() && noexcept { return std::move(holder_); }
    const std::string& session() const& noexcept { return session_; }
    std::string session() && noexcept { return std::move(session_); }
    // The request's JSON object; empty when it had none.
    const std::string& data() const& noexcept { return data_; }
    std::string data() && noexcept { return std::move(data_); }
    // Rises over all leases of the host, also over restarts; below 2^53.
    std::uint64_t token() const noexcept { return token_; }
    bool implicit() const noexcept { return implicit_; }
    // Wall clock, for people.
    std::int64_t expires_ms() const noexcept { return expires_ms_; }
    // What remained when it was asked.
    std::int64_t ttl_ms() const noexcept { return ttl_ms_; }

private:
    std::string path_;
    std::string holder_;
    std::string session_;
    std::string data_;
    std::uint64_t token_;
    std::int64_t expires_ms_;
    std::int64_t ttl_ms_;
    bool implicit_;
};

class LeaseGrant {
public:
    LeaseGrant(bool granted, std::uint64_t token, std::vector<Lease> leases, std::vector<Lease> blocked_by,
               std::vector<Lease> evicted) noexcept
        : leases_(std::move(leases)),
          blocked_by_(std::move(blocked_by)),
          evicted_(std::move(evicted)),
          token_(token),
          granted_(granted) {}

    bool granted() const noexcept { return granted_; }
    // Of what was newly granted; 0 when nothing was.
    std::uint64_t token() const noexcept { return token_; }
    // Granted: one per path, as asked.
    const std::vector<Lease>& leases() const& noexcept { return leases_; }
    std::vector<Lease> leases() && noexcept { return std::move(leases_); }
    // Not granted: the leases of others in the way.
    const std::vector<Lease>& blocked_by() const& noexcept { return blocked_by_; }
    std::vector<Lease> blocked_by() && noexcept { return std::move(blocked_by_); }
    // Taken over. No on_lease follows.
    const std::vector<Lease>& evicted() const& noexcept { return evicted_; }
    std::vector<Lease> evicted() && noexcept { return std::move(evicted_); }

private:
    std::vector<Lease> leases_;
    std::vector<Lease> blocked_by_;
    std::vector<Lease> evicted_;
    std::uint64_t token_;
    bool granted_;
};

}  // namespace tg
