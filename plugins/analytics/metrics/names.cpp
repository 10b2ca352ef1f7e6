#include "names.hpp"

#include <algorithm>
#include <utility>

namespace tidegate::analytics {

NameId Names::of(std::string_view name) {
    const auto known = std::find(names_.begin(), names_.end(), name);
    if (known != names_.end()) return static_cast<NameId>(known - names_.begin());
    if (names_.size() > most_) {
        ++overflowed_;
        return kOther;
    }
    names_.emplace_back(name);
    return static_cast<NameId>(names_.size() - 1);
}

bool Names::load(std::vector<std::string> names, std::uint64_t overflowed) {
    if (names.empty() || names.front() != "other" || names.size() > most_ + 1) return false;
    names_ = std::move(names);
    overflowed_ = overflowed;
    return true;
}

}  // namespace tidegate::analytics
