#include "config/change.hpp"

#include "config/assignment.hpp"
#include "config/field_table.hpp"

namespace tidegate::config {
namespace {

struct Equal {
    const Slot& other;
    template <class Value>
    bool operator()(const Value* value) const {
        return *value == *std::get<Value*>(other);
    }
};

// Copies, since a slot is made for writing.
template <class Owner>
void compare(std::span<const Field<Owner>> rows, Owner before, Owner after, const std::string& prefix,
             std::vector<Change>& out) {
    for (const auto& field : rows) {
        const Slot was = field.slot(before);
        const Slot is = field.slot(after);
        if (std::visit(Equal{is}, was)) continue;
        out.push_back(
            {prefix + std::string(field.info.key), field.info.mark, show(field.info, was), show(field.info, is)});
    }
}

std::string show_roles(const RoleMap& roles) {
    std::string out;
    for (const auto& [role, permissions] : roles) {
        out += (out.empty() ? "" : "; ") + role + ":";
        for (const std::string& permission : permissions) out += " " + permission;
    }
    return out;
}

void compare_features(const Settings& running, const Settings& next, std::vector<Change>& out) {
    for (const auto& [id, before] : running.features) {
        const auto after = next.features.find(id);
        const std::string key = "features." + id;
        if (after == next.features.end()) {
            out.push_back({key, Mark::kPlugin, "named", "not named"});
            continue;
        }
        compare(feature_fields(), before, after->second, key + ".", out);
        if (before.config != after->second.config)
            out.push_back({key + ".config", Mark::kPlugin, before.config, after->second.config});
    }
    for (const auto& [id, after] : next.features)
        if (!running.features.contains(id)) out.push_back({"features." + id, Mark::kPlugin, "not named", "named"});
}

}  // namespace

std::vector<Change> changes(const Settings& running, const Settings& next) {
    std::vector<Change> out;
    compare(fields(), running, next, "", out);
    if (running.auth.roles != next.auth.roles)
        out.push_back({"auth.roles", Mark::kRestart, show_roles(running.auth.roles), show_roles(next.auth.roles)});
    compare_features(running, next, out);
    return out;
}

}  // namespace tidegate::config
