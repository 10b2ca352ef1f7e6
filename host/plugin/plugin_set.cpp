#include "plugin/plugin_set.hpp"

#include "base/log.hpp"
#include "plugin/slot.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace tidegate::plugin {

PluginSet::PluginSet(const RegistrySettings& settings, Engine& engine, StatusBook& book,
                     const PublishRoutes& publish_routes)
    : settings_(settings),
      engine_(engine),
      book_(book),
      publish_routes_(publish_routes),
      copies_(settings.run_dir),
      preparation_(copies_, book),
      overrides_(settings.data_dir / "plugin_overrides.json") {}

Result<void> PluginSet::open() {
    if (!std::filesystem::is_directory(settings_.dir))
        return fail(Errc::kNotFound, "open plugin folder '" + settings_.dir.string() + "': no such folder");
    if (auto loaded = overrides_.load(); !loaded) return loaded.error();
    for (const auto& [id, feature] : settings_.features) {
        if (!feature.enabled || std::filesystem::exists(file_of(id))) continue;
        member(id);
        refuse(member(id), fail(Errc::kNotFound,
                                "the configuration enables it, and there is no file '" + file_of(id).string() + "'"));
    }
    scan();
    // At least once, even without any plugin: the loops need a table.
    auto routes = routes_with(nullptr, nullptr);
    if (!routes) return routes.error();
    publish_routes_(*routes);
    return {};
}

PluginSet::Member& PluginSet::member(const std::string& id) {
    const auto found = members_.find(id);
    if (found != members_.end()) return found->second;
    Member& made = members_[id];
    made.id = id;
    made.slot = &engine_.add_slot(id);
    engine_.services.metrics.gauge("tidegate_plugin_generations_mapped", "Images of a plugin that are mapped",
                                   [mapped = made.mapped] { return static_cast<double>(mapped->load()); },
                                   {{"plugin", id}});
    return made;
}

const FeatureSettings& PluginSet::settings_of(const std::string& id) const {
    static const FeatureSettings defaults;
    const auto found = settings_.features.find(id);
    return found == settings_.features.end() ? defaults : found->second;
}

bool PluginSet::configured_enabled(const std::string& id) const {
    const auto found = settings_.features.find(id);
    return found == settings_.features.end() ? settings_.auto_enable : found->second.enabled;
}

bool PluginSet::is_enabled(const std::string& id) const {
    const bool configured = configured_enabled(id);
    return overrides_.find(id, configured).value_or(configured);
}

std::vector<PluginSet::Found> PluginSet::list_files() {
    std::vector<Found> found;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(settings_.dir, error)) {
        const auto& path = entry.path();
        if (path.extension() != ".so" || !is_plugin_id(path.stem().string())) continue;
        found.push_back({path.stem().string(), path});
    }
    if (error) spdlog::warn("list plugin folder '{}': {}", settings_.dir.string(), error.message());
    std::sort(found.begin(), found.end(), [](const Found& l, const Found& r) { return l.id < r.id; });
    return found;
}

Error PluginSet::refuse(Member& plugin, const Error& why) {
    const auto text = "plugin '" + plugin.id + "': " + why.text;
    spdlog::error("{}{}", text, plugin.serving ? "; the generation before serves on" : "");
    book_.add_reason(plugin.id, why.text);
    if (plugin.serving)
        plugin.slot->metrics().reloads_refused.add();
    else
        book_.set_not_serving(plugin.id, "rejected");
    return Error{why.code, text};
}

Result<Candidate> PluginSet::read_candidate(const std::string& id) {
    auto image = read_image(file_of(id));
    if (!image) return image.error();
    member(id).seen_hash = image->hash;
    auto candidate = verify(std::move(*image));
    if (!candidate) return candidate.error();
    const auto& named = candidate->manifest.id;
    if (named == id) return candidate;
    if (std::filesystem::exists(file_of(named)))
        return fail(Errc::kConflict, "duplicate: its manifest says '" + named + "', which " + named + ".so is already");
    return fail(Errc::kInvalid, "its manifest says '" + named + "', its file name '" + id + "'");
}

void PluginSet::scan() {
    std::vector<std::string> to_start;
    std::set<std::string> present;
    for (const auto& found : list_files()) {
        present.insert(found.id);
        consider(member(found.id), found.file, to_start);
    }
    for (auto& [id, plugin] : members_) book_.set_missing(id, !present.contains(id));
    start_in_order(std::move(to_start));
}

void PluginSet::consider(Member& plugin, const std::filesystem::path& file, std::vector<std::string>& to_start) {
    const auto image = read_image(file);
    if (!image) {
        // Said once: the next hint finds the same.
        if (std::exchange(plugin.seen_hash, image.error().text) != image.error().text) refuse(plugin, image.error());
        return;
    }
    if (plugin.seen_hash == image->hash) {
        if (plugin.waits_for_another && is_enabled(plugin.id)) to_start.push_back(plugin.id);
        return;
    }
    if (plugin.serving) {
        if (const auto reloaded = reload(plugin.id)) spdlog::info("{}", *reloaded);
        return;
    }
    auto candidate = read_candidate(plugin.id);
    if (!candidate) {
        refuse(plugin, candidate.error());
        return;
    }
    plugin.manifest = candidate->manifest;
    book_.set_state(plugin.id, "verified");
    if (const auto configured = configured_enabled(plugin.id); overrides_.find(plugin.id, configured))
        book_.set_override(plugin.id, overrides_.find(plugin.id, configured));
    if (is_enabled(plugin.id)) to_start.push_back(plugin.id);
}

// What depends on others starts after them, whatever the order of names.
void PluginSet::start_in_order(std::vector<std::string> ids) {
    for (bool progress = true; progress && !ids.empty();) {
        progress = false;
        for (auto it = ids.begin(); it != ids.end();) {
            Member& plugin = member(*it);
            const auto& depends = plugin.manifest->depends;
            const bool must_wait = std::any_of(depends.begin(), depends.end(), [&](const std::string& other) {
                return std::find(ids.begin(), ids.end(), other) != ids.end();
            });
            if (must_wait) {
                ++it;
                continue;
            }
            it = ids.erase(it);
            progress = true;
            auto candidate = read_candidate(plugin.id);
            if (!candidate) {
                refuse(plugin, candidate.error());
            } else if (const auto started = bring_in(plugin, *candidate)) {
                spdlog::info("{}", *started);
            }
        }
    }
    for (const auto& id : ids) refuse(member(id), fail(Errc::kInvalid, "depends in a circle"));
}

Result<std::string> PluginSet::reload(const std::string& id) {
    const bool known = members_.contains(id);
    if (!known && !std::filesystem::exists(file_of(id)))
        return fail(Errc::kNotFound, "no plugin '" + id + "' in '" + settings_.dir.string() + "'");
    Member& plugin = member(id);
    if (!plugin.serving && !is_enabled(id)) return fail(Errc::kConflict, "plugin '" + id + "' is disabled");
    wait_until_retired(plugin);
    auto candidate = read_candidate(id);
    if (!candidate) return refuse(plugin, candidate.error());
    return bring_in(plugin, *candidate);
}

Result<std::string> PluginSet::enable(const std::string& id) {
    if (!members_.contains(id) && !std::filesystem::exists(file_of(id)))
        return fail(Errc::kNotFound, "no plugin '" + id + "' in '" + settings_.dir.string() + "'");
    Member& plugin = member(id);
    if (auto kept = overrides_.set(id, true, configured_enabled(id)); !kept) return kept.error();
    book_.set_override(id, true);
    if (plugin.serving) return "plugin '" + id + "' is enabled already";
    return reload(id);
}

Result<std::string> PluginSet::disable(const std::string& id) {
    const auto found = members_.find(id);
    if (found == members_.end()) return fail(Errc::kNotFound, "no plugin '" + id + "'");
    Member& plugin = found->second;
    for (const auto& [other, dependent] : members_) {
        const auto& depends = dependent.serving ? dependent.serving->manifest().depends : std::vector<std::string>{};
        if (std::find(depends.begin(), depends.end(), id) != depends.end())
            return fail(Errc::kConflict, "plugin '" + other + "' depends on '" + id + "'");
    }
    if (auto kept = overrides_.set(id, false, configured_enabled(id)); !kept) return kept.error();
    book_.set_override(id, false);
    wait_until_retired(plugin);
    if (!plugin.serving) {
        book_.set_not_serving(id, "stopped");
        return "plugin '" + id + "' is disabled";
    }
    auto old = std::move(plugin.serving);
    plugin.slot->publish(nullptr);
    if (const auto routes = routes_with(nullptr, nullptr)) publish_routes_(*routes);
    book_.set_not_serving(id, "draining");
    retire(plugin, std::move(old), settings_of(id).drain_ms);
    wait_until_retired(plugin);
    book_.set_not_serving(id, "stopped");
    return "plugin '" + id + "' is disabled and stopped";
}

}  // namespace tidegate::plugin
