#pragma once

// Leases: exclusive, expiring claims on paths of a space, each with a fencing token. A lease on a path excludes leases
// of other holders on that path, its parents and its children ('/' separates segments; "" is the parent of all); one
// holder's leases never exclude each other. Not a lock on a document: a writer carries the token and the store compares
// it.
//
// Every call returns its outcome now, or nothing and then calls `done` exactly once: later, from any thread, never
// inside the call.

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tidegate {

struct LeaseSpace {
    std::string tenant, space;  // each 1-256 bytes of UTF-8 without control characters
};

struct Lease {
    std::string path;
    std::string holder;
    std::string session;
    std::string owner;         // who is told when it expires: a plugin's id
    std::string data;          // JSON text, or empty
    std::uint64_t token = 0;   // rises over all leases, also over restarts; < 2^53
    bool implicit = false;     // for one write
    std::int64_t ends_ms = 0;  // wall clock, for people
    std::int64_t ttl_ms = 0;   // what remained when it was asked
};

struct LeaseRequest {
    LeaseSpace space;
    std::vector<std::string> paths;  // 1-256, each at most 1024 bytes; all or none is granted
    std::string holder, session, owner, data;
    std::int64_t ttl_ms = 0;
    bool implicit = false;
    // A path that lies in an explicit lease of the holder asks for that lease, the outermost of nested ones: a second
    // token would outdate the first.
    bool reuse_own = false;
    std::uint64_t take_over_up_to = 0;  // excluding leases with tokens up to this are ended
    std::uint32_t holder_limit = 0;     // kTooLarge beyond so many explicit leases of the holder in the space; 0: none
};

struct LeaseOutcome {
    bool granted = false;
    std::uint64_t token = 0;        // of what was newly granted; 0: the holder had it all
    std::vector<Lease> leases;      // granted: one per path, as asked
    std::vector<Lease> blocked_by;  // not granted: the others' leases in the way, by path
    std::vector<Lease> evicted;     // granted: those taken over; they are not reported as expired
};

// Empty and 0 match any; at least one of the three is given.
struct LeaseMatch {
    std::string path, holder;
    std::uint64_t token = 0;
    bool explicit_only = false;
};

// One holder's write of some fields, for as long as it takes.
struct WriteClaim {
    LeaseSpace space;
    std::vector<std::string> paths;  // of the fields, 1-256
    std::string holder, session, owner, data;
    std::uint64_t token = 0;        // not 0: every field lies in a lock of the holder under this token
    std::int64_t write_ttl_ms = 0;  // of what is leased for the write
    std::int64_t lock_ttl_ms = 0;   // what the session's locks have left at least
};

struct WriteGrant {
    std::uint64_t token = 0;            // of what was leased for the write, to be released after it; 0: nothing was
    std::vector<Lease> leased;          // that, as released
    std::vector<std::uint64_t> fences;  // per path: the token that its write carries, or 0
};

struct ExpiredLeases {
    LeaseSpace space;
    std::string owner;
    std::vector<Lease> leases;
};

template <class T>
using LeaseDone = std::function<void(Result<T>)>;

class Leases {
public:
    virtual ~Leases() = default;

    // A path that its holder has keeps its token and gets the new time to live and session; but an explicit request
    // replaces the holder's implicit lease under a new token, and an implicit one leaves an explicit lease its session
    // and never shortens it. Every other lease of that session in the space is renewed
    // to the same time to live unless it would end later. kInvalid, kTooLarge (holder_limit), kBusy (too many leases in
    // the space), kUnavailable. [any-thread]
    virtual std::optional<Result<LeaseOutcome>> acquire(LeaseRequest request, LeaseDone<LeaseOutcome> done) = 0;
    // A field that lies in an explicit lease of the holder (a lock) carries that lock's token, the newest's of nested
    // ones; any other is leased implicitly and carries the new token, unless the holder has a lock below it, which a
    // newer token above would make stale. A lock of another of his sessions is left to it unless it is claimed.
    // kLocked: another's lease is in the way. kFenced: the claimed lock does not stand. Else as acquire(). [any-thread]
    virtual std::optional<Result<WriteGrant>> begin_write(WriteClaim claim, LeaseDone<WriteGrant> done) = 0;
    // The session's leases in the space now end in ttl_ms, sooner or later than before. How many. [any-thread]
    virtual std::optional<Result<std::uint64_t>> renew(LeaseSpace space, std::string session, std::int64_t ttl_ms,
                                                       LeaseDone<std::uint64_t> done) = 0;
    // What was ended, by path. [any-thread]
    virtual std::optional<Result<std::vector<Lease>>> release(LeaseSpace space, LeaseMatch match,
                                                              LeaseDone<std::vector<Lease>> done) = 0;
    virtual std::optional<Result<std::vector<Lease>>> list(LeaseSpace space, LeaseDone<std::vector<Lease>> done) = 0;

    // A lease is void from its end on, whoever looks; each is then reported exactly once, by sweep() or by a call that
    // came upon it, without a lock held. Set once. [startup]
    virtual void on_expired(std::function<void(ExpiredLeases)> tell) = 0;
    // Reports what ended. True while there is any lease. [any-thread], one at a time
    virtual bool sweep() = 0;
};

}  // namespace tidegate
