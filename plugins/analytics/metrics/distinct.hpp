// How many different texts were seen: exact up to 512, then a HyperLogLog of 4,096 registers (standard error 1.6 %).
// At most 4 KiB either way. Nothing can be taken back.
// Thread rule: [any-thread], a value type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::analytics {

// The same on every machine and in every build: it is kept in snapshots.
std::uint64_t stable_hash(std::string_view text);

class Distinct {
public:
    static constexpr std::size_t kExactUpTo = 512;

    void add(std::string_view text) { add_hash(stable_hash(text)); }
    std::uint64_t count() const;
    bool exact() const { return registers_.empty(); }

    // Printable ASCII.
    std::string save() const;
    bool load(std::string_view saved);  // false: not what save() wrote

private:
    void add_hash(std::uint64_t hash);
    void add_register(std::uint64_t hash);

    std::vector<std::uint64_t> hashes_;  // sorted
    std::vector<std::uint8_t> registers_;
};

}  // namespace tidegate::analytics
