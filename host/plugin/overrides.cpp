#include "plugin/overrides.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>
#include <utility>

namespace tidegate::plugin {

using nlohmann::json;

Result<void> Overrides::load() {
    std::ifstream in(file_);
    if (!in) return {};
    const auto value = json::parse(in, nullptr, false);
    if (!value.is_object()) return fail(Errc::kInvalid, "read overrides '" + file_.string() + "': not a JSON object");
    for (const auto& [id, entry] : value.items()) {
        if (!entry.is_object() || !entry.value("enabled", json()).is_boolean() ||
            !entry.value("configured", json()).is_boolean())
            return fail(Errc::kInvalid,
                        "read overrides '" + file_.string() + "': the entry of '" + id + "' is not usable");
        all_[id] = {entry["enabled"].get<bool>(), entry["configured"].get<bool>()};
    }
    return {};
}

std::optional<bool> Overrides::find(const std::string& id, bool configured) const {
    const auto found = all_.find(id);
    if (found == all_.end() || found->second.configured != configured) return std::nullopt;
    return found->second.enabled;
}

Result<void> Overrides::set(const std::string& id, bool enabled, bool configured) {
    all_[id] = {enabled, configured};
    auto value = json::object();
    for (const auto& [name, entry] : all_) value[name] = {{"enabled", entry.enabled}, {"configured", entry.configured}};
    auto part = file_;
    part += ".part";
    {
        std::ofstream out(part, std::ios::trunc);
        out << value.dump(2) << '\n';
        if (!out.flush()) return fail(Errc::kIo, "write overrides '" + part.string() + "'");
    }
    std::error_code error;
    std::filesystem::rename(part, file_, error);
    if (error) return fail(Errc::kIo, "write overrides '" + file_.string() + "': " + error.message());
    return {};
}

}  // namespace tidegate::plugin
