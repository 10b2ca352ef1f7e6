#pragma once

// PathLedger: for each path of one document that was written, the revision of its last change and the highest fence
// seen. Bounded: beyond 4,096 paths the deepest are folded into their parents, which can only refuse more, never less.
// It also remembers which entries changed, so that a store writes those only. Not thread-safe; its document's store
// guards it.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tidegate {

class PathLedger {
public:
    struct Entry {
        std::uint64_t revision = 0;
        std::uint64_t fence = 0;
    };

    // The highest revision and fence among the path, its parents and its children.
    Entry highest(std::string_view path) const;
    void record(const std::string& path, Entry change);

    // An entry as it was stored.
    void load(std::string path, Entry entry) { entries_.emplace(std::move(path), entry); }
    const Entry* find(const std::string& path) const;
    // Paths that changed or vanished since the last call.
    std::set<std::string> take_changed() { return std::exchange(changed_, {}); }
    std::size_t size() const { return entries_.size(); }

private:
    void fold_deepest();

    std::map<std::string, Entry, std::less<>> entries_;
    std::set<std::string> changed_;
};

}  // namespace tidegate
