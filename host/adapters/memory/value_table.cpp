#include "adapters/memory/value_table.hpp"

namespace tidegate {

ValueTable::Entry* ValueTable::find(const std::string& name, std::int64_t now_ns) {
    const auto found = entries_.find(name);
    if (found == entries_.end()) return nullptr;
    auto& entry = *found;
    if (entry.second.ends_ns == 0 || entry.second.ends_ns > now_ns) return &entry;
    remove(entry);
    return nullptr;
}

bool ValueTable::has_room(std::size_t bytes, std::int64_t now_ns) {
    if (bytes_ + bytes > max_bytes_) forget_ended(now_ns);
    return bytes_ + bytes <= max_bytes_;
}

ValueTable::Entry& ValueTable::add(const std::string& name, Content content) {
    auto& entry = *entries_.try_emplace(name).first;
    entry.second.content = std::move(content);
    bytes_ += key_bytes(name);
    return entry;
}

void ValueTable::change(Entry& entry, std::ptrdiff_t bytes) {
    entry.second.version = ++versions_given_;
    entry.second.bytes += static_cast<std::size_t>(bytes);
    bytes_ += static_cast<std::size_t>(bytes);
}

void ValueTable::set_end(Entry& entry, std::int64_t ends_ns) {
    auto& end = entry.second.ends_ns;
    if (end == ends_ns) return;
    if (end != 0) ends_.erase({end, &entry});
    end = ends_ns;
    if (end != 0) ends_.emplace(end, &entry);
}

void ValueTable::remove(Entry& entry) {
    set_end(entry, 0);
    bytes_ -= key_bytes(entry.first) + entry.second.bytes;
    entries_.erase(entries_.find(entry.first));
}

void ValueTable::forget_ended(std::int64_t now_ns) {
    while (!ends_.empty() && ends_.begin()->first <= now_ns) remove(*ends_.begin()->second);
}

}  // namespace tidegate
