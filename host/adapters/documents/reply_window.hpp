#pragma once

// ReplyWindow: the idempotency keys of one document and the revision each one made, for 10 minutes and 1,000 keys.
// Remembers which keys fell out, so that a store forgets them too. Not thread-safe; its document's store guards it.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tidegate {

class ReplyWindow {
public:
    std::optional<std::uint64_t> find(const std::string& key, std::int64_t now_ms) const;
    // Also how a store loads what it kept, oldest first.
    void add(const std::string& key, std::uint64_t revision, std::int64_t at_ms);

    std::vector<std::string> take_forgotten() { return std::exchange(forgotten_, {}); }
    std::size_t size() const { return replies_.size(); }

private:
    struct Reply {
        std::uint64_t revision;
        std::int64_t at_ms;
    };
    void forget_oldest();

    std::unordered_map<std::string, Reply> replies_;
    std::deque<std::pair<std::string, std::uint64_t>> order_;  // key and revision, oldest first
    std::vector<std::string> forgotten_;
};

}  // namespace tidegate
