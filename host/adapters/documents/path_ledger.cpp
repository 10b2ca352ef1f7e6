#include "adapters/documents/path_ledger.hpp"

#include "adapters/documents/limits.hpp"

#include <algorithm>
#include <utility>

namespace tidegate {
namespace {

std::size_t depth_of(std::string_view path) {
    return path.empty() ? 0 : 1 + static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
}

std::string_view parent_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string child_prefix(std::string_view path) { return path.empty() ? std::string() : std::string(path) + '/'; }

void raise(PathLedger::Entry& entry, const PathLedger::Entry& other) {
    entry.revision = std::max(entry.revision, other.revision);
    entry.fence = std::max(entry.fence, other.fence);
}

}  // namespace

PathLedger::Entry PathLedger::highest(std::string_view path) const {
    Entry highest;
    for (std::string_view at = path;; at = parent_of(at)) {
        if (const auto entry = entries_.find(at); entry != entries_.end()) raise(highest, entry->second);
        if (at.empty()) break;
    }
    const std::string prefix = child_prefix(path);
    for (auto child = entries_.lower_bound(prefix); child != entries_.end() && child->first.starts_with(prefix);
         ++child) {
        raise(highest, child->second);
    }
    return highest;
}

void PathLedger::record(const std::string& path, Entry change) {
    Entry& entry = entries_[path];
    raise(entry, change);
    changed_.insert(path);
    const std::string prefix = child_prefix(path);
    // A child says nothing more than its parent now does, unless it saw a higher fence.
    for (auto child = entries_.lower_bound(prefix); child != entries_.end() && child->first.starts_with(prefix);) {
        if (child->first == path || child->second.fence > entry.fence) {
            ++child;
            continue;
        }
        changed_.insert(child->first);
        child = entries_.erase(child);
    }
    if (entries_.size() > document_limits::kPaths) {
        // Folding to three quarters, so that it does not happen again with the next path.
        while (entries_.size() > document_limits::kPaths / 4 * 3) fold_deepest();
    }
}

const PathLedger::Entry* PathLedger::find(const std::string& path) const {
    const auto entry = entries_.find(path);
    return entry == entries_.end() ? nullptr : &entry->second;
}

void PathLedger::fold_deepest() {
    std::size_t deepest = 0;
    for (const auto& [path, entry] : entries_) deepest = std::max(deepest, depth_of(path));
    if (deepest == 0) return;
    std::map<std::string, Entry, std::less<>> parents;
    for (auto at = entries_.begin(); at != entries_.end();) {
        if (depth_of(at->first) != deepest) {
            ++at;
            continue;
        }
        raise(parents[std::string(parent_of(at->first))], at->second);
        changed_.insert(at->first);
        at = entries_.erase(at);
    }
    for (const auto& [path, entry] : parents) {
        raise(entries_[path], entry);
        changed_.insert(path);
    }
}

}  // namespace tidegate
