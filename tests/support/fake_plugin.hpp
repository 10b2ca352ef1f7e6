#pragma once

// FakePlugin: a PluginPort that records what enters it; a test says how it answers. By default every hook is accepted,
// and opens and subscribes end well at once. One thread unless the handler says otherwise.

#include "routing/invocation.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace tidegate::testing {

class FakePlugin final : public routing::PluginPort {
public:
    explicit FakePlugin(std::string id) : id_(std::move(id)) {}

    std::string_view id() const override { return id_; }
    routing::Dispatched dispatch(routing::Invocation&& invocation) override {
        if (verdict != routing::Dispatched::kAccepted) return verdict;
        if (on_dispatch) on_dispatch(invocation);
        const bool ends_now = invocation.on_end && ends_at_once;
        auto on_end = invocation.on_end;
        seen.push_back(std::move(invocation));
        if (ends_now) on_end(outcome);
        return routing::Dispatched::kAccepted;
    }

    std::vector<const routing::Invocation*> of(routing::InvocationKind kind) const {
        std::vector<const routing::Invocation*> out;
        for (const auto& invocation : seen) {
            if (invocation.kind == kind) out.push_back(&invocation);
        }
        return out;
    }
    std::size_t count(routing::InvocationKind kind) const { return of(kind).size(); }

    routing::Dispatched verdict = routing::Dispatched::kAccepted;
    bool ends_at_once = true;
    routing::HookEnd outcome;
    std::function<void(routing::Invocation&)> on_dispatch;
    std::vector<routing::Invocation> seen;

private:
    const std::string id_;
};

inline routing::MessageRoute message_route(std::string prefix, routing::KeyKind key = routing::KeyKind::kSession,
                                           std::string key_field = {}) {
    routing::MessageRoute route;
    route.prefix = std::move(prefix);
    route.key = key;
    route.key_field = std::move(key_field);
    return route;
}

}  // namespace tidegate::testing
