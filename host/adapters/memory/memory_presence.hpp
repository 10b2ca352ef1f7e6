#pragma once

// MemoryPresence: who is on the channels of this process. Every call completes inline. One thread at a time tells of a
// channel: whoever finds that another does leaves his changes to it. [any-thread]; one lock, never held while telling.

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "ports/presence.hpp"

#include <memory>
#include <string>
#include <utility>

namespace tidegate {

class MemoryPresence final : public Presence {
public:
    explicit MemoryPresence(const Clock& clock);
    ~MemoryPresence() override;

    std::optional<Result<std::uint64_t>> join(PresenceEntry entry, PresenceDone<std::uint64_t> done) override;
    std::optional<Result<std::uint64_t>> leave(PresenceChannel channel, std::uint64_t session,
                                               PresenceDone<std::uint64_t> done) override;
    std::optional<Result<void>> update(PresenceChannel channel, std::uint64_t session, std::string state,
                                       PresenceDone<void> done) override;
    std::optional<Result<PresenceList>> list(PresenceChannel channel, PresenceDone<PresenceList> done) override;
    void on_changes(std::function<void(PresenceBatch)> tell) override;
    bool sweep() override;

private:
    using Key = std::pair<std::string, std::string>;  // tenant, channel
    struct Channels;

    // Runs the body on the channel as it is now, then tells what has to be told of it.
    template <class Body>
    auto visit(const PresenceChannel& name, Body&& body);
    void tell(const Key& key);

    const Clock& clock_;
    const std::unique_ptr<Guarded<Channels>> channels_;
    std::function<void(PresenceBatch)> tell_;
};

}  // namespace tidegate
