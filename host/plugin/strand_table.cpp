#include "plugin/strand_table.hpp"

namespace tidegate::plugin {

StrandRef StrandTable::find_or_make(std::string_view tenant, std::string_view key) {
    const KeyView name{tenant, key};
    Shard& shard = shard_of(name);
    const std::lock_guard lock(shard.mutex);
    if (const auto found = shard.strands.find(name); found != shard.strands.end()) return found->second;
    auto made = make_ref<Strand>(slot_, std::string(tenant), std::string(key));
    shard.strands.emplace(KeyView{made->tenant(), made->key()}, made);
    return made;
}

void StrandTable::forget_if_crowded(Strand& strand) {
    const KeyView name{strand.tenant(), strand.key()};
    Shard& shard = shard_of(name);
    StrandRef last;  // goes after the lock
    const std::lock_guard lock(shard.mutex);
    if (shard.strands.size() <= kKeptPerShard) return;
    const auto found = shard.strands.find(name);
    if (found == shard.strands.end() || found->second.get() != &strand || !strand.retire_if_idle()) return;
    last = std::move(found->second);
    shard.strands.erase(found);
}

std::size_t StrandTable::size() const {
    std::size_t total = 0;
    for (const Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        total += shard.strands.size();
    }
    return total;
}

}  // namespace tidegate::plugin
