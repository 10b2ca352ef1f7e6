#include "adapters/memory/lease_table.hpp"

#include "base/assert.hpp"

#include <functional>

namespace tidegate {
namespace {

template <class Range>
LeaseTable::HeldList pointers(const Range& range) {
    LeaseTable::HeldList found;
    for (auto at = range.first; at != range.second; ++at) found.push_back(&*at);
    return found;
}

}  // namespace

std::size_t LeaseTable::Named::operator()(const LeaseSpace& name) const {
    const std::hash<std::string_view> hash;
    return hash(name.space) * 31 + hash(name.tenant);
}

bool LeaseTable::Named::operator()(const LeaseSpace& one, const LeaseSpace& other) const {
    return one.space == other.space && one.tenant == other.tenant;
}

const LeaseTable::Held* LeaseTable::Space::at(std::string_view path) const {
    const auto& all = leases_.get<ByPath>();
    const auto found = all.find(path);
    return found == all.end() ? nullptr : &*found;
}

void LeaseTable::Space::excluding(std::string_view path, std::string_view holder, HeldList& found) const {
    const auto consider = [&](const Held& held) {
        if (held.holder() != holder) found.push_back(&held);
    };
    above(path, consider);
    below(path, consider);
}

LeaseTable::HeldList LeaseTable::Space::all() const {
    const auto& all = leases_.get<ByPath>();
    return pointers(std::pair(all.begin(), all.end()));
}

LeaseTable::HeldList LeaseTable::Space::of_session(std::string_view session) const {
    return pointers(leases_.get<BySession>().equal_range(session));
}

LeaseTable::HeldList LeaseTable::Space::of_holder(std::string_view holder) const {
    return pointers(leases_.get<ByHolder>().equal_range(holder));
}

LeaseTable::HeldList LeaseTable::Space::of_token(std::uint64_t token) const {
    return pointers(leases_.get<ByToken>().equal_range(token));
}

LeaseTable::Space* LeaseTable::find_space(const LeaseSpace& name) {
    const auto at = spaces_.find(name);
    return at == spaces_.end() ? nullptr : &at->second;
}

LeaseTable::Space& LeaseTable::open_space(const LeaseSpace& name) {
    auto& [own_name, space] = *spaces_.try_emplace(name).first;
    space.name_ = &own_name;
    return space;
}

void LeaseTable::look_at(Space& space, std::int64_t at_ns) {
    if (space.looked_at_ns_ == at_ns) return;
    if (space.looked_at_ns_ != Space::kNever) looks_.erase({space.looked_at_ns_, &space});
    if (at_ns != Space::kNever) looks_.emplace(at_ns, &space);
    space.looked_at_ns_ = at_ns;
}

LeaseTable::HeldList LeaseTable::ended(std::int64_t now_ns) {
    HeldList found;
    std::vector<Space*> due;
    for (auto at = looks_.begin(); at != looks_.end() && at->first <= now_ns; ++at) due.push_back(at->second);
    for (Space* space : due) {
        const auto here = ended(*space, now_ns);
        found.insert(found.end(), here.begin(), here.end());
    }
    return found;
}

LeaseTable::HeldList LeaseTable::ended(Space& space, std::int64_t now_ns) {
    if (space.looked_at_ns_ > now_ns) return {};
    const auto& all = space.leases_.get<ByEnd>();
    const auto after = all.upper_bound(now_ns);
    look_at(space, after == all.end() ? Space::kNever : after->ends_ns);
    return pointers(std::pair(all.begin(), after));
}

const LeaseTable::Held& LeaseTable::add(Space& space, Lease lease, std::int64_t ends_ns) {
    const auto [at, added] = space.leases_.get<ByPath>().insert(Held{&space, std::move(lease), ends_ns});
    TG_ASSERT(added, "a path has at most one lease");
    if (ends_ns < space.looked_at_ns_) look_at(space, ends_ns);
    return *at;
}

void LeaseTable::keep(const Held& held, const std::string& session, std::int64_t ends_ns) {
    Space& space = *held.space;
    const bool kept = space.leases_.modify(space.leases_.iterator_to(held), [&](Held& changed) {
        changed.lease.session = session;
        changed.ends_ns = ends_ns;
    });
    TG_ASSERT(kept, "neither session nor end is unique");
    if (ends_ns < space.looked_at_ns_) look_at(space, ends_ns);
}

Lease LeaseTable::remove(const Held& held) {
    auto& leases = held.space->leases_;
    const auto taken = leases.extract(leases.iterator_to(held));
    return std::move(taken.value().lease);
}

void LeaseTable::drop_if_empty(Space& space) {
    if (!space.leases_.empty()) return;
    look_at(space, Space::kNever);
    spaces_.erase(spaces_.find(*space.name_));
}

}  // namespace tidegate
