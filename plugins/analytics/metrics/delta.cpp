#include <nlohmann/json.hpp>

#include "metrics.hpp"

namespace tidegate::analytics {
namespace {

using nlohmann::json;

json difference(const json& before, const json& after) {
    json out = json::object();
    for (const auto& [name, value] : after.items()) {
        const auto known = before.find(name);
        if (known == before.end()) {
            if (!value.is_null()) out[name] = value;
        } else if (known->is_object() && value.is_object()) {
            json inner = difference(*known, value);
            if (!inner.empty()) out[name] = std::move(inner);
        } else if (*known != value) {
            out[name] = value;
        }
    }
    for (const auto& [name, value] : before.items()) {
        if (!after.contains(name)) out[name] = nullptr;
    }
    return out;
}

}  // namespace

std::string delta(std::string_view before, std::string_view after) {
    const json from = json::parse(before, nullptr, false);
    const json to = json::parse(after, nullptr, false);
    if (!from.is_object() || !to.is_object()) return std::string(after);
    return difference(from, to).dump();
}

}  // namespace tidegate::analytics
