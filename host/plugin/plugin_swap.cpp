#include "plugin/compatibility.hpp"
#include "plugin/plugin_set.hpp"
#include "plugin/slot.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace tidegate::plugin {

namespace {

constexpr std::int64_t kAfterCancelMs = 1000;
// The first grace is a matter of microseconds; when a thread is inside a long hook, the retirement waits for it
// instead.
constexpr std::int64_t kSpinNs = 2'000'000;

routing::PluginRoutes routes_of(Slot& slot, const Manifest& manifest, bool available) {
    return {&slot,
            available,
            manifest.messages,
            manifest.http,
            manifest.endpoints,
            manifest.attaches,
            manifest.channels,
            manifest.depends,
            manifest.publishes};
}

std::string named(const Generation& generation) {
    return std::string(generation.slot().id()) + " " + generation.manifest().version + " (generation " +
           std::to_string(generation.number()) + ")";
}

}  // namespace

std::optional<Error> PluginSet::why_not(const Member& plugin, const Manifest& next) const {
    if (plugin.serving) {
        if (auto problem = why_not_key_by_key(plugin.serving->manifest(), next))
            return fail(Errc::kConflict, std::move(*problem));
    }
    for (const auto& other : next.depends) {
        const auto found = members_.find(other);
        if (found == members_.end() || !found->second.serving)
            return fail(Errc::kUnavailable, "it depends on '" + other + "', which is not started");
    }
    return std::nullopt;
}

// The table as it is when `changed` serves by `manifest`. Plugins that do not serve keep their routes as long as nobody
// who does claims them.
Result<Ref<routing::RouteTable>> PluginSet::routes_with(const Member* changed, const Manifest* manifest) const {
    std::vector<routing::PluginRoutes> all;
    std::vector<const Member*> absent;
    for (const auto& [id, plugin] : members_) {
        if (&plugin == changed)
            all.push_back(routes_of(*plugin.slot, *manifest, true));
        else if (plugin.serving)
            all.push_back(routes_of(*plugin.slot, plugin.serving->manifest(), true));
        else if (plugin.manifest)
            absent.push_back(&plugin);
    }
    auto table = routing::RouteTable::build(all);
    if (!table) return table;
    for (const Member* plugin : absent) {
        all.push_back(routes_of(*plugin->slot, *plugin->manifest, false));
        if (auto wider = routing::RouteTable::build(all))
            table = std::move(wider);
        else
            all.pop_back();
    }
    return table;
}

Result<void> PluginSet::declare_documents(const Manifest& manifest) {
    for (const auto& type : manifest.docs)
        if (auto declared = engine_.services.documents.declare(type); !declared) return declared.error();
    return {};
}

Result<std::string> PluginSet::bring_in(Member& plugin, const Candidate& candidate) {
    const auto& manifest = candidate.manifest;
    plugin.waits_for_another = false;
    if (auto problem = why_not(plugin, manifest)) {
        plugin.waits_for_another = problem->code == Errc::kUnavailable && !plugin.serving;
        return refuse(plugin, *problem);
    }
    auto routes = routes_with(&plugin, &manifest);
    if (!routes) return refuse(plugin, routes.error());
    auto next = preparation_.make(*plugin.slot, ++last_generation_, candidate, settings_of(plugin.id).config_json);
    if (!next) return refuse(plugin, next.error());
    // Last, because it cannot be taken back: a failure above leaves the schemas that the serving version declared.
    auto declared = declare_documents(manifest);
    if (declared) declared = plugin.slot->events().open(manifest.events);
    if (!declared) {
        const auto number = (*next)->number();
        preparation_.discard(std::move(*next), false);
        book_.set_generation(plugin.id, number, "rejected", declared.error().text);
        return refuse(plugin, declared.error());
    }
    const bool new_routes = !plugin.serving || !same_routes(plugin.serving->manifest(), manifest);
    const auto text = named(**next) + " serves";
    const bool replaced = plugin.serving != nullptr;
    const auto took_ns = switch_to(plugin, std::move(*next), new_routes ? *routes : Ref<routing::RouteTable>{});
    if (replaced) plugin.slot->metrics().reloads_done.add();
    return text + (replaced ? "; switched in " + std::to_string(took_ns / 1000) + " µs" : "");
}

std::int64_t PluginSet::switch_to(Member& plugin, std::unique_ptr<Generation> next, Ref<routing::RouteTable> routes) {
    auto old = std::exchange(plugin.serving, std::move(next));
    Generation& serving = *plugin.serving;
    plugin.manifest = serving.manifest();
    plugin.mapped->fetch_add(1);
    const auto began = now_ns();
    plugin.slot->publish(&serving);
    auto grace = engine_.participants.begin_grace();
    auto took = now_ns() - began;
    while (!grace.passed() && took < kSpinNs) {
        std::this_thread::yield();
        took = now_ns() - began;
    }
    plugin.slot->metrics().publish_us.observe(static_cast<double>(took) / 1000.0);
    if (routes) publish_routes_(std::move(routes));
    book_.set_serving(plugin.id, serving.number(), serving.manifest().version);
    book_.set_generation(plugin.id, serving.number(), "started");
    if (old) retire(plugin, std::move(old), settings_of(plugin.id).drain_ms);
    return took;
}

void PluginSet::retire(Member& plugin, std::unique_ptr<Generation> old, std::int64_t drain_ms) {
    book_.set_generation(plugin.id, old->number(), "draining");
    plugin.retiring = std::make_unique<Retirement>(std::move(old), now_ns(), drain_ms, drain_ms + kAfterCancelMs);
    step();
}

void PluginSet::keep_image(Member& plugin, const Generation& generation) {
    if (plugin.kept && plugin.kept->path != generation.image()) copies_.remove(plugin.kept->path);
    plugin.kept = KeptImage{generation.image(), generation.number()};
}

void PluginSet::end_retirement(Member& plugin, Retirement::Phase phase) {
    auto retirement = std::move(plugin.retiring);
    const auto number = retirement->generation().number();
    const auto drained_ms = static_cast<double>(now_ns() - retirement->began_ns()) / 1e6;
    keep_image(plugin, retirement->generation());
    if (phase == Retirement::Phase::kPinned) {
        const auto reason = "pinned by: " + retirement->pinned_by();
        spdlog::error("plugin '{}': generation {} stays mapped, {}", plugin.id, number, reason);
        book_.set_generation(plugin.id, number, "zombie", reason);
        auto pinned = retirement->take();
        pinned->abandon();
        plugin.zombies.push_back(std::move(pinned));
        return;
    }
    plugin.slot->metrics().drain_ms.observe(drained_ms);
    book_.set_generation(plugin.id, number, "stopped");
    if (preparation_.discard(retirement->take(), true)) {
        plugin.mapped->fetch_sub(1);
        book_.set_generation(plugin.id, number, "unloaded");
        return;
    }
    spdlog::error("plugin '{}': the image of generation {} stays mapped after its end", plugin.id, number);
    book_.set_generation(plugin.id, number, "zombie",
                         "pinned by: its image (a unique symbol, a thread-local destructor or a thread of its own)");
}

bool PluginSet::step() {
    bool any = false;
    for (auto& [id, plugin] : members_) {
        if (!plugin.retiring) continue;
        const auto phase = plugin.retiring->step(now_ns());
        if (phase == Retirement::Phase::kQuiet || phase == Retirement::Phase::kPinned)
            end_retirement(plugin, phase);
        else
            any = true;
    }
    return any;
}

// Polled, on the control thread alone: whether a generation is quiet is the sum of counters that each thread keeps for
// itself, and a signal at zero would cost every message what the counters save.
void PluginSet::wait_until_retired(Member& plugin) {
    while (plugin.retiring) {
        step();
        if (plugin.retiring) std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
}

// The store backwards: the generation that drains serves again, the one that serves drains.
Result<std::string> PluginSet::serve_again(Member& plugin) {
    auto routes = routes_with(&plugin, &plugin.retiring->generation().manifest());
    if (!routes) return refuse(plugin, routes.error());
    auto back = plugin.retiring->take();
    plugin.retiring.reset();
    const bool new_routes = !same_routes(back->manifest(), plugin.serving->manifest());
    if (auto declared = declare_documents(back->manifest()); !declared)
        spdlog::error("plugin '{}': {}", plugin.id, declared.error().text);
    const auto text = named(*back) + " serves again";
    plugin.mapped->fetch_sub(1);  // it never went
    switch_to(plugin, std::move(back), new_routes ? *routes : Ref<routing::RouteTable>{});
    plugin.slot->metrics().rollbacks.add();
    return text;
}

Result<std::string> PluginSet::rollback(const std::string& id) {
    const auto found = members_.find(id);
    if (found == members_.end() || !found->second.serving)
        return fail(Errc::kNotFound, "plugin '" + id + "' does not serve: there is nothing to bring back");
    Member& plugin = found->second;
    if (plugin.retiring && plugin.retiring->can_serve_again()) return serve_again(plugin);
    wait_until_retired(plugin);
    if (!plugin.kept) return fail(Errc::kNotFound, "no earlier generation of plugin '" + id + "' is kept");
    auto image = read_image(plugin.kept->path);
    if (!image) return refuse(plugin, image.error());
    auto candidate = verify(std::move(*image));
    if (!candidate) return refuse(plugin, candidate.error());
    auto brought = bring_in(plugin, *candidate);
    if (!brought) return brought;
    plugin.slot->metrics().rollbacks.add();
    return *brought + ", from the kept image of a generation before";
}

void PluginSet::stop(std::int64_t deadline_ms) {
    // All at once: a plugin's stop does not need those it depends on.
    for (auto& [id, plugin] : members_) plugin.slot->publish(nullptr);
    const auto end_ns = now_ns() + deadline_ms * 1'000'000;
    for (auto& [id, plugin] : members_) {
        if (plugin.retiring) plugin.retiring->hurry(now_ns(), deadline_ms / 2);
        wait_until_retired(plugin);
        if (!plugin.serving) continue;
        book_.set_not_serving(id, "draining");
        const auto left_ms = std::max<std::int64_t>((end_ns - now_ns()) / 1'000'000, 0);
        auto old = std::move(plugin.serving);
        book_.set_generation(id, old->number(), "draining");
        plugin.retiring = std::make_unique<Retirement>(std::move(old), now_ns(), left_ms * 7 / 10, left_ms);
    }
    // Polled, as in wait_until_retired.
    while (step()) std::this_thread::sleep_for(std::chrono::microseconds(200));
    for (auto& [id, plugin] : members_) {
        plugin.slot->events().save_now();
        if (book_.state_of(id) == "draining") book_.set_not_serving(id, "stopped");
    }
}

}  // namespace tidegate::plugin
