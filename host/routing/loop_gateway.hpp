#pragma once

// LoopGateway: the Gateway over the loops' switchboards and the hub. Frames are encoded on the caller's thread; what
// follows goes through the inbox of the session's loop, in the order of the calls. Holds nothing. [any-thread]

#include "routing/gateway.hpp"
#include "routing/switchboard.hpp"

#include <vector>

namespace tidegate::routing {

class LoopGateway final : public Gateway {
public:
    // `boards[i]` is loop i's.
    LoopGateway(std::vector<Switchboard*> boards, RoutingCommons& commons)
        : boards_(std::move(boards)), commons_(commons) {}

    void send(SessionId session, std::string_view object, Lane lane) override;
    void reply(SessionId session, std::string_view object, std::string_view id, Lane lane) override;
    void fail(SessionId session, std::string_view code, std::string_view message, std::string_view id,
              std::string_view fields) override;
    void close(SessionId session, std::uint16_t code, std::string_view reason) override;
    void join(const session::SessionInfoRef& session, std::string_view channel) override;
    void leave(const session::SessionInfoRef& session, std::string_view channel) override;
    Result<std::uint64_t> publish(const Publication& publication) override;
    std::uint64_t subscribers(std::string_view tenant, std::string_view channel) const override;
    void message_ended(const session::SessionInfoRef& session, std::size_t bytes) override;
    void strand_has_space(SessionId session) override;
    session::SessionInfoRef find(SessionId session) const override;

private:
    Switchboard* board_of(SessionId session);

    std::vector<Switchboard*> boards_;
    RoutingCommons& commons_;
};

}  // namespace tidegate::routing
