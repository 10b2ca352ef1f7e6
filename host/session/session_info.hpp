#pragma once

// SessionInfo: what other threads may know of a session: its identity, which never changes, the principal (replaced
// whole at a refresh), plugins' attributes, and how much of it is in flight. Not the session itself, which lives on its
// loop. [any-thread]

#include "base/guarded.hpp"
#include "base/ref.hpp"
#include "base/session_id.hpp"
#include "ports/authenticator.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tidegate::session {

struct SessionIdentity {
    SessionId id;
    std::string client_id;
    std::string tenant;
    std::string connection_type;
    std::string path;
    std::string channel;                                      // the endpoint's default; may be empty
    std::string key;                                          // the strand key of this session: "session:<client_id>"
    std::vector<std::pair<std::string, std::string>> params;  // of the path
    std::vector<std::pair<std::string, std::string>> query;   // without token and resume
};

class SessionInfo final : public RefCounted<SessionInfo> {
public:
    SessionInfo(SessionIdentity identity, std::shared_ptr<const Principal> principal)
        : identity_(std::move(identity)), principal_(std::move(principal)) {}

    const SessionIdentity& identity() const { return identity_; }
    SessionId id() const { return identity_.id; }
    std::shared_ptr<const Principal> principal() const {
        return principal_.with([](const auto& held) { return held; });
    }
    void replace_principal(std::shared_ptr<const Principal> principal) {
        principal_.with([&](auto& held) { held = std::move(principal); });
    }

    // Dispatched to a plugin and not ended. The loop adds, whoever ends the hook subtracts; `paused` is set by the loop
    // when it stopped reading because of these, and whoever brings them down then wakes the loop.
    std::atomic<std::uint32_t> in_flight_messages{0};
    std::atomic<std::uint32_t> in_flight_bytes{0};
    std::atomic<bool> paused{false};
    // The kernel takes no more for it. Set by the loop.
    std::atomic<bool> behind{false};

    // (plugin id, name) → value; the writer keeps each plugin's share within limits::kAttributeBytes.
    using Attributes = std::map<std::pair<std::string, std::string>, std::string>;
    Guarded<Attributes> attributes;

private:
    const SessionIdentity identity_;
    Guarded<std::shared_ptr<const Principal>> principal_;
};

using SessionInfoRef = Ref<SessionInfo>;

}  // namespace tidegate::session
