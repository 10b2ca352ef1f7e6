#pragma once

// ValueTable: keys with what they hold, the order of their ends, and the bytes of it all against a bound. Knows neither
// a clock nor a lock; every time is monotonic nanoseconds, given by its owner.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

namespace tidegate {

class ValueTable {
public:
    using Text = std::string;
    using Number = std::int64_t;
    using Set = std::set<std::string>;
    using Hash = std::map<std::string, std::string>;
    using Content = std::variant<Text, Number, Set, Hash>;
    struct Held {
        Content content;
        std::uint64_t version = 0;
        std::int64_t ends_ns = 0;  // 0: never
        std::size_t bytes = 0;
    };
    using Entry = std::pair<const std::string, Held>;  // by its name; stays where it is

    static constexpr std::size_t kMemberBytes = 96;  // of bookkeeping, a member of a set or a hash
    static std::size_t key_bytes(const std::string& name) { return kKeyBytes + name.size(); }

    explicit ValueTable(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    // Null when there is none, or it has ended, which is then forgotten.
    Entry* find(const std::string& name, std::int64_t now_ns);
    // Whether so many bytes more are within the bound, if need be by forgetting all that has ended.
    bool has_room(std::size_t bytes, std::int64_t now_ns);

    // There is none of this name yet.
    Entry& add(const std::string& name, Content content);
    // A new version; its content is now so many bytes more or less than before.
    void change(Entry& entry, std::ptrdiff_t bytes);
    void set_end(Entry& entry, std::int64_t ends_ns);
    void remove(Entry& entry);

    void forget_ended(std::int64_t now_ns);
    bool any_can_end() const { return !ends_.empty(); }

private:
    static constexpr std::size_t kKeyBytes = 256;  // of bookkeeping

    const std::size_t max_bytes_;
    std::size_t bytes_ = 0;
    std::uint64_t versions_given_ = 0;  // over all keys: a version rises over a removal without remembering the key
    std::unordered_map<std::string, Held> entries_;
    std::set<std::pair<std::int64_t, Entry*>> ends_;
};

}  // namespace tidegate
