// A bounded dictionary: the states, products, tiers … that counts are kept by, as small numbers. What comes when it is
// full is 0, "other".
// Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::analytics {

using NameId = std::uint8_t;
inline constexpr NameId kOther = 0;

class Names {
public:
    explicit Names(std::size_t most) : most_(most < 255 ? most : 255) {}

    NameId of(std::string_view name);  // makes it known
    const std::string& text(NameId id) const { return names_[id]; }
    const std::vector<std::string>& all() const { return names_; }
    std::uint64_t overflowed() const { return overflowed_; }  // how often "other" had to do

    bool load(std::vector<std::string> names, std::uint64_t overflowed);

private:
    std::size_t most_;  // beside "other"
    std::vector<std::string> names_{"other"};
    std::uint64_t overflowed_ = 0;
};

}  // namespace tidegate::analytics
