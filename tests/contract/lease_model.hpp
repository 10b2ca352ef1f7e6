#pragma once

// LeaseModel: what the leases of one space are, said as slowly and plainly as possible, for a randomised test to
// compare an adapter with. Takes the adapter's tokens; times are milliseconds. One thread.

#include "ports/leases.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace tidegate::contract {

class LeaseModel {
public:
    struct Held {
        std::string holder, session;
        std::uint64_t token = 0;
        bool implicit = false;
        std::int64_t ends = 0;
    };

    static bool is_within(const std::string& path, const std::string& parent) {
        return parent.empty() || path == parent || path.starts_with(parent + '/');
    }
    // As reuse_own says.
    std::string own_around(const std::string& path, const std::string& holder) const {
        for (const auto& [around, held] : held_)
            if (is_within(path, around) && held.holder == holder && !held.implicit) return around;
        return path;
    }
    std::set<std::string> in_the_way(const LeaseRequest& asked) const {
        std::set<std::string> found;
        for (const auto& [path, held] : held_) {
            for (const auto& wanted : asked.paths) {
                const bool overlap = is_within(path, wanted) || is_within(wanted, path);
                if (overlap && held.holder != asked.holder) found.insert(path);
            }
        }
        return found;
    }
    bool grants(const LeaseRequest& asked) const {
        const auto found = in_the_way(asked);
        return std::all_of(found.begin(), found.end(),
                           [&](const auto& path) { return held_.at(path).token <= asked.take_over_up_to; });
    }
    // True when some path is granted anew.
    bool acquire(const LeaseRequest& asked, std::uint64_t token, std::int64_t now) {
        bool fresh = false;
        for (const auto& path : in_the_way(asked)) held_.erase(path);
        for (const auto& path : asked.paths) {
            auto [at, added] = held_.try_emplace(path);
            auto& held = at->second;
            if (added || (held.implicit && !asked.implicit)) {
                held = {asked.holder, "", token, asked.implicit, 0};
                fresh = true;
            }
            if (asked.implicit && !held.implicit) {
                held.ends = std::max(held.ends, now + asked.ttl_ms);
            } else {
                held.session = asked.session;
                held.ends = now + asked.ttl_ms;
            }
        }
        for (auto& [path, held] : held_) {
            if (held.session == asked.session) held.ends = std::max(held.ends, now + asked.ttl_ms);
        }
        return fresh;
    }
    std::uint64_t renew(const std::string& session, std::int64_t ends) {
        std::uint64_t renewed = 0;
        for (auto& [path, held] : held_) {
            if (held.session != session) continue;
            held.ends = ends;
            ++renewed;
        }
        return renewed;
    }
    std::size_t release(const LeaseMatch& match) {
        return std::erase_if(held_, [&](const auto& item) {
            return (match.path.empty() || match.path == item.first) &&
                   (match.holder.empty() || match.holder == item.second.holder) &&
                   (match.token == 0 || match.token == item.second.token) &&
                   !(match.explicit_only && item.second.implicit);
        });
    }
    // The tokens and paths of what ends.
    std::set<std::pair<std::uint64_t, std::string>> end(std::int64_t now) {
        std::set<std::pair<std::uint64_t, std::string>> ended;
        std::erase_if(held_, [&](const auto& item) {
            const bool over = item.second.ends <= now;
            if (over) ended.emplace(item.second.token, item.first);
            return over;
        });
        return ended;
    }
    const std::map<std::string, Held>& held() const { return held_; }

private:
    std::map<std::string, Held> held_;  // by path
};

}  // namespace tidegate::contract
