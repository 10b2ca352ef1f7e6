#include "adapters/memory/lease_table.hpp"

#include "base/assert.hpp"

namespace tidegate {
namespace {

template <class Range>
LeaseTable::HeldList pointers(const Range& range) {
    LeaseTable::HeldList found;
    for (auto at = range.first; at != range.second; ++at) found.push_back(&*at);
    return found;
}

}  // namespace

LeaseTable::Space* LeaseTable::find_space(const LeaseSpace& name) {
    const auto at = spaces_.find({name.tenant, name.space});
    return at == spaces_.end() ? nullptr : &at->second;
}

LeaseTable::Space& LeaseTable::open_space(const LeaseSpace& name) {
    return spaces_.try_emplace({name.tenant, name.space}, Space{name, 0}).first->second;
}

const LeaseTable::Held* LeaseTable::at(Space& space, const std::string& path) const {
    const auto found = leases_.get<ByPath>().find(boost::make_tuple(&space, path));
    return found == leases_.get<ByPath>().end() ? nullptr : &*found;
}

void LeaseTable::excluding(Space& space, const std::string& path, std::string_view holder, HeldList& found) const {
    const auto consider = [&](const Held& held) {
        if (held.holder() != holder) found.push_back(&held);
    };
    above(space, path, consider);
    below(space, path, consider);
}

LeaseTable::HeldList LeaseTable::of_space(Space& space) const {
    return pointers(leases_.get<ByPath>().equal_range(boost::make_tuple(&space)));
}

LeaseTable::HeldList LeaseTable::of_session(Space& space, const std::string& session) const {
    return pointers(leases_.get<BySession>().equal_range(boost::make_tuple(&space, session)));
}

LeaseTable::HeldList LeaseTable::of_holder(Space& space, const std::string& holder) const {
    return pointers(leases_.get<ByHolder>().equal_range(boost::make_tuple(&space, holder)));
}

LeaseTable::HeldList LeaseTable::of_token(Space& space, std::uint64_t token) const {
    return pointers(leases_.get<ByToken>().equal_range(boost::make_tuple(&space, token)));
}

LeaseTable::HeldList LeaseTable::ended(std::int64_t now_ns) const {
    const auto& all = leases_.get<ByEnd>();
    return pointers(std::pair(all.begin(), all.upper_bound(now_ns)));
}

LeaseTable::HeldList LeaseTable::ended(Space& space, std::int64_t now_ns) const {
    const auto& all = leases_.get<BySpaceEnd>();
    return pointers(
        std::pair(all.lower_bound(boost::make_tuple(&space)), all.upper_bound(boost::make_tuple(&space, now_ns))));
}

const LeaseTable::Held& LeaseTable::add(Space& space, Lease lease, std::int64_t ends_ns) {
    const auto [at, added] = leases_.get<ByPath>().insert(Held{&space, std::move(lease), ends_ns});
    TG_ASSERT(added, "a path has at most one lease");
    ++space.leases;
    return *at;
}

void LeaseTable::keep(const Held& held, const std::string& session, std::int64_t ends_ns) {
    const bool kept = leases_.modify(leases_.iterator_to(held), [&](Held& changed) {
        changed.lease.session = session;
        changed.ends_ns = ends_ns;
    });
    TG_ASSERT(kept, "neither session nor end is unique");
}

Lease LeaseTable::remove(const Held& held) {
    Lease lease = held.lease;
    --held.space->leases;
    leases_.erase(leases_.iterator_to(held));
    return lease;
}

void LeaseTable::drop_if_empty(Space& space) {
    if (space.leases == 0) spaces_.erase({space.name.tenant, space.name.space});
}

}  // namespace tidegate
