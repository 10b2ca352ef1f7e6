#pragma once

// StrandTable: the strands of one plugin by (tenant, key), made on demand. A few idle ones are kept, because a key that
// was busy will be again; beyond that an idle strand is forgotten. [any-thread]

#include "plugin/strand.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tidegate::plugin {

class StrandTable {
public:
    explicit StrandTable(Slot& slot) : slot_(slot) {}

    // Of all strands of this key, the one that is not retired.
    StrandRef find_or_make(std::string_view tenant, std::string_view key);
    // A worker found nothing to do on it.
    void forget_if_crowded(Strand& strand);
    std::size_t size() const;

    static constexpr std::size_t kShards = 64;
    static constexpr std::size_t kKeptPerShard = 32;

private:
    struct KeyView {
        std::string_view tenant, key;
        bool operator==(const KeyView&) const = default;
    };
    struct Hash {
        std::size_t operator()(const KeyView& name) const {
            const std::hash<std::string_view> hash;
            return hash(name.key) * 31 + hash(name.tenant);
        }
    };
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<KeyView, StrandRef, Hash> strands;  // the views are into the strand itself
    };
    Shard& shard_of(const KeyView& name) { return shards_[(Hash{}(name) >> 7) % kShards]; }

    Slot& slot_;
    std::array<Shard, kShards> shards_;
};

}  // namespace tidegate::plugin
