#include "plugin/status_book.hpp"

#include "base/time_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace tidegate::plugin {

namespace {

using nlohmann::json;

json time_or_null(std::int64_t at_ms) { return at_ms == 0 ? json(nullptr) : json(iso8601_utc(at_ms)); }

template <class List>
void bound(List& list, std::size_t most) {
    while (list.size() > most) list.pop_front();
}

}  // namespace

void StatusBook::set_state(const std::string& id, std::string_view state) {
    plugins_.with([&](auto& plugins) { plugins[id].state = state; });
}

void StatusBook::set_serving(const std::string& id, std::uint64_t generation, const std::string& version) {
    plugins_.with([&](auto& plugins) {
        auto& plugin = plugins[id];
        plugin.state = "started";
        plugin.generation = generation;
        plugin.version = version;
        plugin.serving_since_ms = clock_.wall_ms();
    });
}

void StatusBook::set_not_serving(const std::string& id, std::string_view state) {
    plugins_.with([&](auto& plugins) {
        auto& plugin = plugins[id];
        plugin.state = state;
        plugin.generation = 0;
        plugin.serving_since_ms = 0;
    });
}

void StatusBook::set_missing(const std::string& id, bool missing) {
    plugins_.with([&](auto& plugins) { plugins[id].missing = missing; });
}

void StatusBook::set_override(const std::string& id, std::optional<bool> enabled) {
    plugins_.with([&](auto& plugins) { plugins[id].overridden = enabled; });
}

void StatusBook::add_reason(const std::string& id, std::string text) {
    plugins_.with([&](auto& plugins) {
        auto& reasons = plugins[id].reasons;
        reasons.push_back({clock_.wall_ms(), std::move(text)});
        bound(reasons, kKept);
    });
}

void StatusBook::add_generation(const std::string& id, std::uint64_t generation, const std::string& version,
                                const std::string& hash, std::shared_ptr<const GenerationCounters> counters) {
    plugins_.with([&](auto& plugins) {
        auto& generations = plugins[id].generations;
        generations.push_back({generation, version, hash, "loaded", clock_.wall_ms(), {}, std::move(counters)});
        // What still matters is not forgotten for being old.
        while (generations.size() > kKept) {
            const auto oldest = std::find_if(generations.begin(), generations.end(), [](const auto& status) {
                return status.state == "unloaded" || status.state == "rejected";
            });
            if (oldest == generations.end()) break;
            generations.erase(oldest);
        }
    });
}

void StatusBook::set_generation(const std::string& id, std::uint64_t generation, std::string_view state,
                                std::string reason) {
    plugins_.with([&](auto& plugins) {
        for (auto& status : plugins[id].generations) {
            if (status.number != generation) continue;
            status.state = state;
            status.since_ms = clock_.wall_ms();
            status.reason = std::move(reason);
            return;
        }
    });
}

std::string StatusBook::state_of(const std::string& id) const {
    return plugins_.with([&](const auto& plugins) {
        const auto found = plugins.find(id);
        return found == plugins.end() ? std::string{} : found->second.state;
    });
}

std::string StatusBook::to_json() const {
    auto all = json::array();
    plugins_.with([&](const auto& plugins) {
        for (const auto& [id, plugin] : plugins) {
            json entry{
                {"id", id},
                {"state", plugin.state},
                {"version", plugin.version.empty() ? json(nullptr) : json(plugin.version)},
                {"generation", plugin.generation == 0 ? json(nullptr) : json(plugin.generation)},
                {"serving_since", time_or_null(plugin.serving_since_ms)},
                {"missing_on_disk", plugin.missing},
                {"override", plugin.overridden ? json(*plugin.overridden ? "enabled" : "disabled") : json(nullptr)},
                {"reasons", json::array()},
                {"generations", json::array()}};
            for (const auto& reason : plugin.reasons)
                entry["reasons"].push_back({{"at", iso8601_utc(reason.at_ms)}, {"text", reason.text}});
            for (const auto& status : plugin.generations)
                entry["generations"].push_back({{"generation", status.number},
                                                {"version", status.version},
                                                {"hash", status.hash},
                                                {"state", status.state},
                                                {"since", iso8601_utc(status.since_ms)},
                                                {"reason", status.reason.empty() ? json(nullptr) : json(status.reason)},
                                                {"in_flight", status.counters->hooks()},
                                                {"frames", status.counters->frames()}});
            all.push_back(std::move(entry));
        }
    });
    return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace tidegate::plugin
