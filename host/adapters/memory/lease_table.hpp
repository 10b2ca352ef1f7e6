#pragma once

// LeaseTable: the leases of all spaces. What belongs to one space lies in that space alone, in the orders it is asked
// for in: by path (so that the children of a path are neighbours), by session, holder and token, and by its end; so
// that many spaces cost no more than one. Knows neither a clock nor a lock; every time is monotonic nanoseconds, given
// by its owner.

#include "ports/leases.hpp"

#include <boost/multi_index/key.hpp>
#include <boost/multi_index/ordered_index.hpp>
#include <boost/multi_index_container.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tidegate {

class LeaseTable {
public:
    class Space;
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

private:
    struct ByPath;
    struct BySession;
    struct ByHolder;
    struct ByToken;
    struct ByEnd;
    template <class Tag, auto Key>
    using Order =
        boost::multi_index::ordered_non_unique<boost::multi_index::tag<Tag>, boost::multi_index::key<Key>, std::less<>>;
    using Container = boost::multi_index_container<
        Held, boost::multi_index::indexed_by<
                  boost::multi_index::ordered_unique<boost::multi_index::tag<ByPath>,
                                                     boost::multi_index::key<&Held::path>, std::less<>>,
                  Order<BySession, &Held::session>, Order<ByHolder, &Held::holder>, Order<ByToken, &Held::token>,
                  Order<ByEnd, &Held::ends_ns>>>;

public:
    class Space {
    public:
        const LeaseSpace& name() const { return *name_; }
        std::size_t size() const { return leases_.size(); }

        const Held* at(std::string_view path) const;
        // Calls visit(const Held&) for every lease on the path or a parent of it; on a child.
        template <class Visit>
        void above(std::string_view path, Visit visit) const;
        template <class Visit>
        void below(std::string_view path, Visit visit) const;
        // Leases of others on the path, its parents and its children; appended.
        void excluding(std::string_view path, std::string_view holder, HeldList& found) const;
        HeldList all() const;
        HeldList of_session(std::string_view session) const;
        HeldList of_holder(std::string_view holder) const;
        HeldList of_token(std::uint64_t token) const;

    private:
        friend class LeaseTable;
        static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

        const LeaseSpace* name_ = nullptr;  // the table's
        Container leases_;
        // Where the table looks again: not after the first end, but maybe before it, for most leases are renewed.
        std::int64_t looked_at_ns_ = kNever;
    };

    bool empty() const { return spaces_.empty(); }
    // Null when the space has no lease.
    Space* find_space(const LeaseSpace& name);
    Space& open_space(const LeaseSpace& name);

    // Those that end up to then, soonest first in their space.
    HeldList ended(std::int64_t now_ns);
    HeldList ended(Space& space, std::int64_t now_ns);

    // There is no lease on the path yet.
    const Held& add(Space& space, Lease lease, std::int64_t ends_ns);
    void keep(const Held& held, const std::string& session, std::int64_t ends_ns);
    // A space without leases vanishes by drop_if_empty(), not by this.
    Lease remove(const Held& held);
    void drop_if_empty(Space& space);

private:
    struct Named {
        std::size_t operator()(const LeaseSpace& name) const;
        bool operator()(const LeaseSpace& one, const LeaseSpace& other) const;
    };

    void look_at(Space& space, std::int64_t at_ns);

    std::unordered_map<LeaseSpace, Space, Named, Named> spaces_;
    std::set<std::pair<std::int64_t, Space*>> looks_;
};

template <class Visit>
void LeaseTable::Space::above(std::string_view path, Visit visit) const {
    const auto look = [&](std::string_view at_path) {
        if (const auto* held = at(at_path)) visit(*held);
    };
    if (!path.empty()) {
        look("");
        for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
            if (slash != 0) look(path.substr(0, slash));
        }
    }
    look(path);
}

template <class Visit>
void LeaseTable::Space::below(std::string_view path, Visit visit) const {
    std::string prefix(path);
    if (!path.empty()) prefix += '/';
    const auto& all = leases_.get<ByPath>();
    for (auto child = all.lower_bound(prefix); child != all.end() && child->path().starts_with(prefix); ++child) {
        if (child->path() != path) visit(*child);
    }
}

}  // namespace tidegate
