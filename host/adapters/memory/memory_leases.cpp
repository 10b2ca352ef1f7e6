#include "adapters/memory/memory_leases.hpp"

#include "adapters/documents/document_text.hpp"
#include "adapters/memory/lease_table.hpp"
#include "base/assert.hpp"
#include "base/guarded.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace tidegate {
namespace {

constexpr std::size_t kNameBytes = 256;  // tenant, space, holder, session, owner
constexpr std::size_t kPathBytes = 1024;
constexpr std::size_t kPaths = 256;
constexpr std::size_t kDataBytes = 512;
constexpr std::int64_t kMaxTtlMs = 3'600'000;
constexpr std::uint64_t kTokensPerBoot = std::uint64_t{1} << 32;
constexpr std::uint64_t kBoots = std::uint64_t{1} << 21;
constexpr std::int64_t kNsPerMs = 1'000'000;

Error refuse(const char* act, const LeaseSpace& space, const char* why) {
    return fail(Errc::kInvalid, std::string(act) + " in space '" + space.space + "': " + why);
}

bool is_name(const std::string& text) { return !text.empty() && is_plain_text(text, kNameBytes); }

Result<void> check_space(const char* act, const LeaseSpace& space) {
    if (is_name(space.tenant) && is_name(space.space)) return {};
    return refuse(act, space, "tenant and space must be 1 to 256 bytes of text without control characters");
}

Result<void> check_ttl(const char* act, const LeaseSpace& space, std::int64_t ttl_ms) {
    if (ttl_ms >= 1 && ttl_ms <= kMaxTtlMs) return {};
    return refuse(act, space, "the time to live must be 1 to 3600000 ms");
}

LeaseRequest request_of(const WriteClaim& claim) {
    LeaseRequest request;
    request.space = claim.space;
    request.paths = claim.paths;
    request.holder = claim.holder;
    request.session = claim.session;
    request.owner = claim.owner;
    request.data = claim.data;
    request.ttl_ms = claim.write_ttl_ms;
    request.implicit = true;
    return request;
}

Result<void> check_request(const LeaseRequest& request) {
    const auto refuse_it = [&](const char* why) { return refuse("acquire leases", request.space, why); };
    if (auto checked = check_space("acquire leases", request.space); !checked) return checked;
    if (auto checked = check_ttl("acquire leases", request.space, request.ttl_ms); !checked) return checked;
    if (request.paths.empty() || request.paths.size() > kPaths) return refuse_it("there must be 1 to 256 paths");
    for (const auto& path : request.paths) {
        if (!is_plain_text(path, kPathBytes)) {
            return refuse_it("a path must be at most 1024 bytes of text without control characters");
        }
    }
    if (!is_name(request.holder)) return refuse_it("the holder must be 1 to 256 bytes of text");
    if (!is_plain_text(request.session, kNameBytes)) return refuse_it("the session must be at most 256 bytes of text");
    if (!is_plain_text(request.owner, kNameBytes)) return refuse_it("the owner must be at most 256 bytes of text");
    if (request.data.size() > kDataBytes) return refuse_it("its data is longer than 512 bytes");
    return {};
}

void sort_by_path(LeaseTable::HeldList& found) {
    const auto by_path = [](const auto* a, const auto* b) { return a->path() < b->path(); };
    std::sort(found.begin(), found.end(), by_path);
    found.erase(std::unique(found.begin(), found.end()), found.end());
}

bool matches(const Lease& lease, const LeaseMatch& match) {
    if (match.explicit_only && lease.implicit) return false;
    return (match.path.empty() || lease.path == match.path) && (match.holder.empty() || lease.holder == match.holder) &&
           (match.token == 0 || lease.token == match.token);
}

}  // namespace

struct MemoryLeases::Shards {
    static constexpr std::size_t kCount = 32;

    Guarded<LeaseTable>& of(const LeaseSpace& space) {
        return all[std::hash<std::string_view>()(space.space) % kCount];
    }

    std::array<Guarded<LeaseTable>, kCount> all;
    std::atomic<std::uint64_t> tokens_given{0};
};

class MemoryLeases::Visit {
public:
    Visit(LeaseTable& leases, std::atomic<std::uint64_t>& tokens_given, const Clock& clock)
        : leases_(leases), tokens_given_(tokens_given), now_ns_(clock.monotonic_ns()), wall_ms_(clock.wall_ms()) {}

    void end_in(const LeaseSpace& name) {
        if (auto* space = leases_.find_space(name)) end(leases_.ended(*space, now_ns_));
    }
    void end_everywhere() { end(leases_.ended(now_ns_)); }
    std::vector<ExpiredLeases> take_expired() { return std::move(expired_); }

    Result<LeaseOutcome> acquire(LeaseRequest request, std::uint64_t first_token) {
        auto& space = leases_.open_space(request.space);
        if (request.reuse_own)
            for (auto& path : request.paths) path = own_lock_around(space, path, request.holder);
        auto outcome = acquire_in(space, request, first_token);
        leases_.drop_if_empty(space);
        return outcome;
    }
    Result<WriteGrant> begin_write(const WriteClaim& claim, LeaseRequest request, std::uint64_t first_token) {
        auto& space = leases_.open_space(claim.space);
        auto grant = write_in(space, claim, request, first_token);
        leases_.drop_if_empty(space);
        return grant;
    }
    std::uint64_t renew(const LeaseSpace& name, const std::string& session, std::int64_t ttl_ms) {
        auto* space = leases_.find_space(name);
        if (!space) return 0;
        const auto held = space->of_session(session);
        for (const auto* lease : held) leases_.keep(*lease, session, end_of(ttl_ms));
        return held.size();
    }
    std::vector<Lease> release(const LeaseSpace& name, const LeaseMatch& match) {
        auto* space = leases_.find_space(name);
        if (!space) return {};
        auto found = candidates(*space, match);
        std::erase_if(found, [&](const auto* held) { return !matches(held->lease, match); });
        sort_by_path(found);
        auto ended = end_early(found);
        leases_.drop_if_empty(*space);
        return ended;
    }
    std::vector<Lease> list(const LeaseSpace& name) {
        auto* space = leases_.find_space(name);
        return space ? seen(space->all()) : std::vector<Lease>();
    }

private:
    using Held = LeaseTable::Held;
    using HeldList = LeaseTable::HeldList;
    using Space = LeaseTable::Space;

    std::int64_t end_of(std::int64_t ttl_ms) const { return now_ns_ + ttl_ms * kNsPerMs; }

    // As it is now. What remains is rounded up: a valid lease never says 0.
    Lease timed(Lease lease, std::int64_t ends_ns) const {
        lease.ttl_ms = std::max<std::int64_t>(0, (ends_ns - now_ns_ + kNsPerMs - 1) / kNsPerMs);
        lease.ends_ms = wall_ms_ + (ends_ns - now_ns_) / kNsPerMs;
        return lease;
    }
    Lease seen(const Held& held) const { return timed(held.lease, held.ends_ns); }
    Lease taken(const Held& held) {
        const auto ends_ns = held.ends_ns;
        return timed(leases_.remove(held), ends_ns);
    }
    std::vector<Lease> seen(const HeldList& found) const {
        std::vector<Lease> leases;
        leases.reserve(found.size());
        for (const auto* held : found) leases.push_back(seen(*held));
        return leases;
    }
    std::vector<Lease> end_early(const HeldList& found) {
        std::vector<Lease> ended;
        ended.reserve(found.size());
        for (const auto* held : found) ended.push_back(taken(*held));
        return ended;
    }

    void end(const HeldList& ended) {
        if (ended.empty()) return;
        std::map<std::pair<Space*, std::string>, std::vector<Lease>> by_owner;
        std::set<Space*> spaces;
        for (const auto* held : ended) {
            auto* space = held->space;
            spaces.insert(space);
            auto& leases = by_owner[{space, held->lease.owner}];
            leases.push_back(taken(*held));
        }
        for (auto& [key, leases] : by_owner) {
            expired_.push_back({key.first->name(), key.second, std::move(leases)});
        }
        for (auto* space : spaces) leases_.drop_if_empty(*space);
    }

    HeldList candidates(Space& space, const LeaseMatch& match) const {
        if (!match.path.empty()) {
            const auto* held = space.at(match.path);
            return held ? HeldList{held} : HeldList();
        }
        return match.token ? space.of_token(match.token) : space.of_holder(match.holder);
    }

    Result<LeaseOutcome> acquire_in(Space& space, const LeaseRequest& request, std::uint64_t first_token) {
        HeldList in_the_way;
        for (const auto& path : request.paths) space.excluding(path, request.holder, in_the_way);
        sort_by_path(in_the_way);
        LeaseOutcome outcome;
        const auto stays = [&](const auto* held) { return held->token() > request.take_over_up_to; };
        if (std::any_of(in_the_way.begin(), in_the_way.end(), stays)) {
            outcome.blocked_by = seen(in_the_way);
            return outcome;
        }
        const auto needed = paths_to_grant(space, request);
        if (!request.implicit && request.holder_limit != 0 &&
            locks_of(space, request.holder) + needed.paths.size() > request.holder_limit && !needed.paths.empty()) {
            return fail(Errc::kTooLarge, "acquire leases in space '" + request.space.space + "': its holder has " +
                                             std::to_string(request.holder_limit));
        }
        if (space.size() - in_the_way.size() + needed.fresh > kLeasesPerSpace) {
            return fail(Errc::kBusy, "acquire leases in space '" + request.space.space + "': it has 10000 leases");
        }
        if (!needed.paths.empty()) {
            const auto given = tokens_given_.fetch_add(1, std::memory_order_relaxed) + 1;
            if (given >= kTokensPerBoot) {
                return fail(Errc::kUnavailable, "acquire leases: the tokens of this start of the host are used up");
            }
            outcome.token = first_token + given;
        }
        outcome.granted = true;
        outcome.evicted = end_early(in_the_way);
        for (const auto& path : needed.paths) grant(space, request, path, outcome.token);
        renew_with(space, request);
        for (const auto& path : request.paths) outcome.leases.push_back(seen(*space.at(path)));
        return outcome;
    }

    std::string own_lock_around(Space& space, const std::string& path, const std::string& holder) const {
        const Held* outermost = nullptr;
        space.above(path, [&](const Held& held) {
            if (!outermost && !held.lease.implicit && held.holder() == holder) outermost = &held;
        });
        return outermost ? outermost->path() : path;
    }
    static std::size_t locks_of(const Space& space, const std::string& holder) {
        const auto all = space.of_holder(holder);
        return static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [](const auto* held) { return !held->lease.implicit; }));
    }

    // Of nested locks the newest: whoever wrote under it left its token behind.
    const Held* lock_over(Space& space, const std::string& path, const WriteClaim& claim) const {
        const Held* found = nullptr;
        space.above(path, [&](const Held& held) {
            if (held.lease.implicit || held.holder() != claim.holder) return;
            if (claim.token != 0 && held.token() != claim.token) return;
            if (!found || held.token() > found->token()) found = &held;
        });
        return found;
    }
    bool has_lock_below(Space& space, const std::string& path, const std::string& holder) const {
        bool found = false;
        space.below(path,
                    [&](const Held& held) { found = found || (!held.lease.implicit && held.holder() == holder); });
        return found;
    }

    Result<WriteGrant> write_in(Space& space, const WriteClaim& claim, LeaseRequest& request,
                                std::uint64_t first_token) {
        WriteGrant grant;
        std::vector<std::string> to_lease;
        std::vector<std::size_t> leased_at;  // per path of to_lease: where its fence goes
        for (const auto& path : claim.paths) {
            const auto* lock = lock_over(space, path, claim);
            if (!lock && claim.token != 0) {
                return fail(Errc::kFenced, "write '" + path + "' in space '" + claim.space.space +
                                               "': the claimed lock does not stand");
            }
            if (!lock) {
                to_lease.push_back(path);
                leased_at.push_back(grant.fences.size());
            }
            grant.fences.push_back(lock ? lock->token() : 0);
        }
        if (!to_lease.empty()) {
            request.paths = std::move(to_lease);
            auto outcome = acquire_in(space, request, first_token);
            if (!outcome) return outcome.error();
            if (!outcome->granted) {
                return fail(Errc::kLocked, "write in space '" + claim.space.space + "': '" +
                                               outcome->blocked_by.front().path + "' is leased to another");
            }
            grant.token = outcome->token;
            for (std::size_t n = 0; n < leased_at.size(); ++n) {
                const std::size_t at = leased_at[n];
                if (!has_lock_below(space, claim.paths[at], claim.holder)) grant.fences[at] = outcome->leases[n].token;
            }
            for (auto& lease : outcome->leases)
                if (lease.token == outcome->token) grant.leased.push_back(std::move(lease));
        }
        keep_locks(space, claim);
        return grant;
    }
    // Whoever writes is there.
    void keep_locks(Space& space, const WriteClaim& claim) {
        if (claim.session.empty()) return;
        const auto ends_ns = end_of(claim.lock_ttl_ms);
        for (const auto* held : space.of_session(claim.session)) {
            if (!held->lease.implicit && held->ends_ns < ends_ns) leases_.keep(*held, claim.session, ends_ns);
        }
    }

    struct Needed {
        std::set<std::string> paths;  // to be granted under a new token
        std::size_t fresh = 0;        // of those, the paths that the holder has no lease on
    };
    Needed paths_to_grant(Space& space, const LeaseRequest& request) const {
        Needed needed;
        for (const auto& path : request.paths) {
            const auto* held = space.at(path);
            const bool own = held && held->holder() == request.holder;
            const bool becomes_explicit = own && held->lease.implicit && !request.implicit;
            if (own && !becomes_explicit) continue;
            needed.fresh += needed.paths.insert(path).second && !own;
        }
        return needed;
    }

    void grant(Space& space, const LeaseRequest& request, const std::string& path, std::uint64_t token) {
        if (const auto* replaced = space.at(path)) leases_.remove(*replaced);
        leases_.add(space,
                    Lease{path, request.holder, request.session, request.owner, request.data, token, request.implicit},
                    end_of(request.ttl_ms));
    }

    void renew_with(Space& space, const LeaseRequest& request) {
        const auto ends_ns = end_of(request.ttl_ms);
        for (const auto& path : request.paths) {
            const auto* held = space.at(path);
            // One write neither shortens a lock nor moves it to the session that wrote.
            if (request.implicit && !held->lease.implicit) {
                leases_.keep(*held, std::string(held->lease.session), std::max(held->ends_ns, ends_ns));
            } else {
                leases_.keep(*held, request.session, ends_ns);
            }
        }
        // Without a session there is nothing that keeps others alive together.
        if (request.session.empty()) return;
        for (const auto* held : space.of_session(request.session)) {
            leases_.keep(*held, request.session, std::max(held->ends_ns, ends_ns));
        }
    }

    LeaseTable& leases_;
    std::atomic<std::uint64_t>& tokens_given_;
    const std::int64_t now_ns_;
    const std::int64_t wall_ms_;
    std::vector<ExpiredLeases> expired_;
};

MemoryLeases::MemoryLeases(const Clock& clock, std::uint64_t boot)
    : clock_(clock), first_token_(boot * kTokensPerBoot), shards_(std::make_unique<Shards>()) {
    TG_ASSERT(boot < kBoots, "a token is below 2^53");
}
MemoryLeases::~MemoryLeases() = default;

template <class Body>
auto MemoryLeases::visit(const LeaseSpace& space, Body&& body) {
    std::vector<ExpiredLeases> expired;
    auto outcome = shards_->of(space).with([&](LeaseTable& leases) {
        // The clock is read under the lock: who gets the lock later must not see an earlier time.
        Visit visit(leases, shards_->tokens_given, clock_);
        visit.end_in(space);
        auto answer = body(visit);
        expired = visit.take_expired();
        return answer;
    });
    tell(std::move(expired));
    return outcome;
}

std::optional<Result<LeaseOutcome>> MemoryLeases::acquire(LeaseRequest request, LeaseDone<LeaseOutcome>) {
    if (auto checked = check_request(request); !checked) return checked.error();
    return visit(request.space, [&](Visit& visit) { return visit.acquire(std::move(request), first_token_); });
}

std::optional<Result<WriteGrant>> MemoryLeases::begin_write(WriteClaim claim, LeaseDone<WriteGrant>) {
    auto request = request_of(claim);
    if (auto checked = check_request(request); !checked) return checked.error();
    if (auto checked = check_ttl("write", claim.space, claim.lock_ttl_ms); !checked) return checked.error();
    return visit(claim.space, [&](Visit& visit) { return visit.begin_write(claim, std::move(request), first_token_); });
}

std::optional<Result<std::uint64_t>> MemoryLeases::renew(LeaseSpace space, std::string session, std::int64_t ttl_ms,
                                                         LeaseDone<std::uint64_t>) {
    if (auto checked = check_space("renew leases", space); !checked) return checked.error();
    if (auto checked = check_ttl("renew leases", space, ttl_ms); !checked) return checked.error();
    if (!is_name(session)) return refuse("renew leases", space, "the session must be 1 to 256 bytes of text");
    return visit(space, [&](Visit& visit) { return visit.renew(space, session, ttl_ms); });
}

std::optional<Result<std::vector<Lease>>> MemoryLeases::release(LeaseSpace space, LeaseMatch match,
                                                                LeaseDone<std::vector<Lease>>) {
    if (auto checked = check_space("release leases", space); !checked) return checked.error();
    if (match.path.empty() && match.holder.empty() && match.token == 0) {
        return refuse("release leases", space, "a path, a holder or a token must be given");
    }
    return visit(space, [&](Visit& visit) { return visit.release(space, match); });
}

std::optional<Result<std::vector<Lease>>> MemoryLeases::list(LeaseSpace space, LeaseDone<std::vector<Lease>>) {
    if (auto checked = check_space("list leases", space); !checked) return checked.error();
    return visit(space, [&](Visit& visit) { return visit.list(space); });
}

void MemoryLeases::on_expired(std::function<void(ExpiredLeases)> tell) { tell_ = std::move(tell); }

bool MemoryLeases::sweep() {
    bool any = false;
    for (auto& shard : shards_->all) {
        std::vector<ExpiredLeases> expired;
        any |= shard.with([&](LeaseTable& leases) {
            if (leases.empty()) return false;
            Visit visit(leases, shards_->tokens_given, clock_);
            visit.end_everywhere();
            expired = visit.take_expired();
            return !leases.empty();
        });
        tell(std::move(expired));
    }
    return any;
}

void MemoryLeases::tell(std::vector<ExpiredLeases> expired) const {
    if (!tell_) return;
    for (auto& ended : expired) tell_(std::move(ended));
}

}  // namespace tidegate
