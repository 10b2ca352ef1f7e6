#pragma once

// LeaseTable: the leases of all spaces with the orders they are asked for in: by path within a space (so that the
// children of a path are neighbours), by session, holder and token, and by their end. Knows neither a clock nor a lock;
// every time is monotonic nanoseconds, given by its owner.

#include "ports/leases.hpp"

#include <boost/multi_index/key.hpp>
#include <boost/multi_index/ordered_index.hpp>
#include <boost/multi_index_container.hpp>
#include <boost/tuple/tuple.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidegate {

class LeaseTable {
public:
    struct Space {
        LeaseSpace name;
        std::size_t leases = 0;
    };
    struct Held {
        Space* space = nullptr;
        Lease lease;  // its ends_ms and ttl_ms are not kept
        std::int64_t ends_ns = 0;

        const std::string& path() const { return lease.path; }
        const std::string& session() const { return lease.session; }
        const std::string& holder() const { return lease.holder; }
        std::uint64_t token() const { return lease.token; }
    };
    using HeldList = std::vector<const Held*>;

    bool empty() const { return leases_.empty(); }
    // Null when the space has no lease.
    Space* find_space(const LeaseSpace& name);
    Space& open_space(const LeaseSpace& name);

    const Held* at(Space& space, const std::string& path) const;
    // Calls visit(const Held&) for every lease on the path or a parent of it; on a child.
    template <class Visit>
    void above(Space& space, const std::string& path, Visit visit) const;
    template <class Visit>
    void below(Space& space, const std::string& path, Visit visit) const;
    // Leases of others on the path, its parents and its children; appended.
    void excluding(Space& space, const std::string& path, std::string_view holder, HeldList& found) const;
    HeldList of_space(Space& space) const;
    HeldList of_session(Space& space, const std::string& session) const;
    HeldList of_holder(Space& space, const std::string& holder) const;
    HeldList of_token(Space& space, std::uint64_t token) const;
    // Those that end up to then, soonest first.
    HeldList ended(std::int64_t now_ns) const;
    HeldList ended(Space& space, std::int64_t now_ns) const;

    // There is no lease on the path yet.
    const Held& add(Space& space, Lease lease, std::int64_t ends_ns);
    void keep(const Held& held, const std::string& session, std::int64_t ends_ns);
    // A space without leases vanishes by drop_if_empty(), not by this.
    Lease remove(const Held& held);
    void drop_if_empty(Space& space);

private:
    struct ByPath;
    struct BySession;
    struct ByHolder;
    struct ByToken;
    struct BySpaceEnd;
    struct ByEnd;
    template <class Tag, auto... Keys>
    using Order =
        boost::multi_index::ordered_non_unique<boost::multi_index::tag<Tag>, boost::multi_index::key<Keys...>>;
    using Container = boost::multi_index_container<
        Held, boost::multi_index::indexed_by<
                  boost::multi_index::ordered_unique<boost::multi_index::tag<ByPath>,
                                                     boost::multi_index::key<&Held::space, &Held::path>>,
                  Order<BySession, &Held::space, &Held::session>, Order<ByHolder, &Held::space, &Held::holder>,
                  Order<ByToken, &Held::space, &Held::token>, Order<BySpaceEnd, &Held::space, &Held::ends_ns>,
                  Order<ByEnd, &Held::ends_ns>>>;

    std::map<std::pair<std::string, std::string>, Space> spaces_;  // by tenant, then space
    Container leases_;
};

template <class Visit>
void LeaseTable::above(Space& space, const std::string& path, Visit visit) const {
    const auto look = [&](const std::string& at_path) {
        if (const auto* held = at(space, at_path)) visit(*held);
    };
    if (!path.empty()) {
        look("");
        for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
            if (slash != 0) look(path.substr(0, slash));
        }
    }
    look(path);
}

template <class Visit>
void LeaseTable::below(Space& space, const std::string& path, Visit visit) const {
    const std::string prefix = path.empty() ? "" : path + '/';
    const auto& all = leases_.get<ByPath>();
    for (auto child = all.lower_bound(boost::make_tuple(&space, prefix));
         child != all.end() && child->space == &space && child->path().starts_with(prefix); ++child) {
        if (child->path() != path) visit(*child);
    }
}

}  // namespace tidegate
