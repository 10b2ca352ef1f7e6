#pragma once

// StatusBook: what people may know of every plugin: its state, its generations with the reasons of their ends, what was
// refused and why. Written by the control thread, read by anybody. [any-thread]

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "plugin/participants.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::plugin {

class StatusBook {
public:
    explicit StatusBook(const Clock& clock) : clock_(clock) {}

    void set_state(const std::string& id, std::string_view state);
    void set_serving(const std::string& id, std::uint64_t generation, const std::string& version);
    void set_not_serving(const std::string& id, std::string_view state);
    void set_missing(const std::string& id, bool missing);
    void set_override(const std::string& id, std::optional<bool> enabled);
    void add_reason(const std::string& id, std::string text);

    void add_generation(const std::string& id, std::uint64_t generation, const std::string& version,
                        const std::string& hash, std::shared_ptr<const GenerationCounters> counters);
    void set_generation(const std::string& id, std::uint64_t generation, std::string_view state,
                        std::string reason = {});

    std::string to_json() const;
    std::string state_of(const std::string& id) const;

private:
    struct Reason {
        std::int64_t at_ms;
        std::string text;
    };
    struct GenerationStatus {
        std::uint64_t number = 0;
        std::string version, hash, state;
        std::int64_t since_ms = 0;
        std::string reason;
        std::shared_ptr<const GenerationCounters> counters;
    };
    struct PluginStatus {
        std::string state = "discovered";
        std::string version;
        std::uint64_t generation = 0;
        std::int64_t serving_since_ms = 0;
        bool missing = false;
        std::optional<bool> overridden;
        std::deque<Reason> reasons;
        std::deque<GenerationStatus> generations;
    };
    static constexpr std::size_t kKept = 16;

    const Clock& clock_;
    Guarded<std::map<std::string, PluginStatus>> plugins_;
};

}  // namespace tidegate::plugin
