#pragma once

// SessionRegistry: every session of the host by id, for threads that are on no loop. Not the sessions themselves: each
// loop's table owns those. Entries come and go with the loop's table. [any-thread]

#include "base/guarded.hpp"
#include "session/session_info.hpp"

#include <array>
#include <cstddef>
#include <unordered_map>

namespace tidegate::routing {

class SessionRegistry {
public:
    void add(const session::SessionInfoRef& info) {
        shard(info->id()).with([&](Map& map) { map.emplace(info->id(), info); });
    }
    void remove(SessionId id) {
        shard(id).with([&](Map& map) { map.erase(id); });
    }
    session::SessionInfoRef find(SessionId id) const {
        return shard(id).with([&](const Map& map) {
            const auto found = map.find(id);
            return found == map.end() ? session::SessionInfoRef{} : found->second;
        });
    }

private:
    using Map = std::unordered_map<SessionId, session::SessionInfoRef>;
    static constexpr std::size_t kShards = 16;

    static std::size_t index(SessionId id) { return (id.slot() ^ id.loop()) % kShards; }
    Guarded<Map>& shard(SessionId id) { return shards_[index(id)]; }
    const Guarded<Map>& shard(SessionId id) const { return shards_[index(id)]; }

    std::array<Guarded<Map>, kShards> shards_;
};

}  // namespace tidegate::routing
